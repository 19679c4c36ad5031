"""``check``: whether schemas stay compatible with what came before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import click

from compat.levels import Level
from compat.policy import Policy
from registry.cli import baselines, options
from registry.cli.baselines import Baseline
from registry.cli.console import Failure, Misuse, note
from registry.cli.exits import Exit
from registry.cli.held import Held
from registry.cli.judge import Earlier, failed, judge
from registry.cli.report import deliver
from registry.cli.results import Result
from registry.cli.scene import Scene, scene
from registry.cli.selection import selected

__all__ = ["check"]


@click.command()
@options.files
@click.option(
    "--against",
    type=click.Path(),
    multiple=True,
    metavar="WHAT",
    help="File, folder or git revision to compare with; several, oldest first.",
)
@click.option("--tags", metavar="GLOB", help="Compare with every tag that matches.")
@click.option(
    "--merge-base",
    metavar="REVISION",
    help="Compare with the commit where HEAD left this branch.",
)
@click.option("--staged", is_flag=True, help="Check what is staged, not the disk.")
@click.option(
    "--against-registry",
    is_flag=True,
    help="Compare with the registry's versions, at the subject's own level.",
)
@options.registry
@click.option("--subject", help="The file's subject; the project file's otherwise.")
@options.level
@options.policy
@options.type_
@options.report_format
@options.output
@options.exit_zero
@options.config
@options.isolated
@click.pass_context
def check(
    context: click.Context,
    files: tuple[str, ...],
    against: tuple[str, ...],
    tags: str | None,
    merge_base: str | None,
    staged: bool,
    against_registry: bool,
    url: str | None,
    subject: str | None,
    level: Level | None,
    policy: Policy | None,
    type_: str | None,
    report: str,
    output: str | None,
    exit_zero: bool,
    config_file: str | None,
    isolated: bool,
) -> None:
    """Check that schemas stay compatible with what came before.

    FILES are schema files or folders; ``-`` is stdin. Without any, all that
    changed is checked with --staged, and everything in the project otherwise.
    The default is to compare with HEAD.
    """
    place = scene(
        files, staged=staged, type=type_, config_file=config_file, isolated=isolated
    )
    held = Held(subject, level, policy)
    if against_registry or url is not None:
        from registry.cli.against_registry import results

        found = results(place, held, url)
    else:
        known = Baselines.of(place, against, tags, merge_base, type_)
        found = [_result(place, held, known, each) for each in selected(place)]
    code = deliver(found, report, output=output)
    context.exit(0 if exit_zero and code is Exit.INCOMPATIBLE else code)


@dataclass(frozen=True, slots=True)
class Baselines:
    """What to compare with; ``older`` counts for transitive levels only."""

    every: tuple[Baseline, ...]
    older: tuple[Baseline, ...] = ()

    @classmethod
    def of(
        cls,
        place: Scene,
        against: Sequence[str],
        tags: str | None,
        merge_base: str | None,
        type: str | None,
    ) -> Baselines:
        """Return what the options name, or else what the project file does."""
        given: list[Baseline] = []
        if tags is not None:
            given += baselines.tagged(place, tags)
            if not given:
                note(f"no tag that matches {tags} leads to HEAD")
        if merge_base is not None:
            given.append(baselines.merge_base(place, merge_base))
        given += baselines.named(place, against, type)
        if given or tags is not None:
            return cls(tuple(given))
        if place.repository is None:
            raise Misuse(
                "there is nothing to compare with: this is no git repository",
                advice="Name a file or folder with --against.",
            )
        default = baselines.named(place, place.project.against, type)
        pattern = place.project.tags
        older = baselines.tagged(place, pattern) if pattern else ()
        return cls(tuple(default), tuple(older))

    def of_level(self, level: Level) -> tuple[Baseline, ...]:
        """Return the baselines that count at ``level``, oldest first."""
        return self.older + self.every if level.transitive else self.every


def _result(place: Scene, held: Held, against: Baselines, path: str) -> Result:
    shown = place.shown(path)
    try:
        new = place.workspace.source(path)
        if new is None:
            raise Failure(
                f"{shown}: not known to be a schema",
                advice="Say which format it is with --type.",
            )
        terms = held.terms(place, path)
        history: list[Earlier] = []
        for baseline in against.of_level(terms.level):
            old = baseline.find(path)
            if old is not None and old.format.name == new.format.name:
                known = any(old.same_as(each.source) for each in history)
                history += [] if known else [Earlier(baseline.label, old)]
        return judge(shown, new, history, terms)
    except Misuse:
        raise
    except Failure as error:
        return failed(shown, error)

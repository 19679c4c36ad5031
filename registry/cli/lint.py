"""``lint``: advice on schemas, and on their history in git."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import click

from compat.errors import InvalidSchema, UnknownFormat
from compat.lint import ADVICE, LintLevel
from compat.lint import lint as advise
from registry.cli import baselines, options
from registry.cli.baselines import Baseline
from registry.cli.console import Failure, Misuse
from registry.cli.exits import Exit
from registry.cli.judge import failed, invalid
from registry.cli.project import Project
from registry.cli.report import deliver
from registry.cli.results import Grade, Issue, Outcome, Result
from registry.cli.scene import Scene, scene
from registry.cli.selection import selected
from registry.cli.workspace import Source

__all__ = ["lint"]

_GRADES = {LintLevel.WARN: Grade.WARNING, LintLevel.ERROR: Grade.ERROR}


@click.command()
@options.files
@click.option("--staged", is_flag=True, help="Look at what is staged, not the disk.")
@click.option(
    "--against",
    type=click.Path(),
    multiple=True,
    metavar="WHAT",
    help="Earlier versions, oldest first; HEAD by default.",
)
@click.option("--tags", metavar="GLOB", help="Every tag that matches is earlier.")
@click.option(
    "--rule",
    "levels",
    multiple=True,
    metavar="RULE=LEVEL",
    help="Set a rule to off, warn or error; may be given several times.",
)
@options.type_
@options.report_format
@options.output
@options.exit_zero
@options.config
@options.isolated
@click.pass_context
def lint(
    context: click.Context,
    files: tuple[str, ...],
    staged: bool,
    against: tuple[str, ...],
    tags: str | None,
    levels: tuple[str, ...],
    type_: str | None,
    report: str,
    output: str | None,
    exit_zero: bool,
    config_file: str | None,
    isolated: bool,
) -> None:
    """Advise on schemas: each is parsed, and its style is looked at.

    FILES are schema files or folders; ``-`` is stdin. Advice at the level
    error fails the command, and so does a file that is no schema.
    """
    place = scene(
        files, staged=staged, type=type_, config_file=config_file, isolated=isolated
    )
    asked = _levels(place.project, levels)
    pattern = tags or place.project.tags
    earlier: list[Baseline] = []
    if place.repository is not None:
        earlier += baselines.tagged(place, pattern) if pattern else ()
        earlier += baselines.named(place, against or ("HEAD",), type_)
    found = [_result(place, each, earlier, asked) for each in selected(place)]
    code = deliver(found, report, output=output)
    context.exit(0 if exit_zero and code is Exit.INCOMPATIBLE else code)


def _levels(project: Project, options: Sequence[str]) -> Mapping[str, LintLevel]:
    """Return each rule's level: the options', the project's, or its own."""
    levels = {rule.id: rule.level for rule in ADVICE}
    given = list(project.lint.items())
    for option in options:
        rule, _, level = option.partition("=")
        given.append((rule, level or LintLevel.ERROR))
    for rule, level in given:
        if rule not in levels:
            raise Misuse(
                f"no lint rule is called {rule}",
                advice=f"Known: {', '.join(levels)}.",
            )
        try:
            levels[rule] = LintLevel(level)
        except ValueError:
            raise Misuse(f"{rule}={level}: a level is off, warn or error") from None
    return levels


def _result(
    place: Scene,
    path: str,
    earlier: Sequence[Baseline],
    levels: Mapping[str, LintLevel],
) -> Result:
    shown = place.shown(path)
    try:
        source = place.workspace.source(path)
        if source is None:
            raise Failure(f"{shown}: not known to be a schema")
        schema = source.parse(strict=True)
    except InvalidSchema as error:
        return Result(shown, Outcome.FAILED, (invalid(shown, error),))
    except UnknownFormat as error:
        return failed(shown, Failure(str(error)))
    except Failure as error:
        return failed(shown, error)
    history = list(_history(earlier, path, source))
    issues = tuple(_issues(shown, source, schema, history, levels))
    bad = any(each.grade is Grade.ERROR for each in issues)
    outcome = Outcome.REFUSED if bad else Outcome.PASSED
    return Result(shown, outcome, issues, type=source.format.name)


def _history(earlier: Sequence[Baseline], path: str, new: Source) -> Iterator[Any]:
    """Yield the versions before the one in which ``new`` became what it is."""
    found = [each for each in (baseline.find(path) for baseline in earlier) if each]
    found = [each for each in found if each.format.name == new.format.name]
    while found and found[-1].same_as(new):
        found.pop()
    for old in found:
        try:
            yield old.parse(strict=False)
        except InvalidSchema:
            continue  # what is no schema has no style to learn from


def _issues(
    file: str,
    source: Source,
    schema: Any,
    history: Sequence[Any],
    levels: Mapping[str, LintLevel],
) -> Iterator[Issue]:
    asked = [rule for rule, level in levels.items() if level is not LintLevel.OFF]
    for rule, advice in advise(schema, history, rules=asked):
        yield Issue(
            rule.id,
            _GRADES[levels[rule.id]],
            file,
            advice.message,
            title=rule.title,
            why=rule.paragraph("Why"),
            advice=rule.paragraph("Fix"),
            at=advice.path,
            location=source.format.locate(schema, advice.path),
        )

"""Checks files against a registry: its level, and the subject's full history."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from compat.levels import Level
from compat.policy import Policy
from registry.cli.console import Failure, Misuse
from registry.cli.held import Held
from registry.cli.history import history
from registry.cli.judge import failed, judge
from registry.cli.remote import connected
from registry.cli.results import Result
from registry.cli.scene import Scene
from registry.cli.selection import selected
from registry.client import RegistryClient

__all__ = ["results"]


class _NoSubject(Failure):
    """Nothing says which subject a file is to be compared with."""


def results(place: Scene, held: Held, url: str | None) -> list[Result]:
    """Return the result of each selected file; one without a subject is refused."""
    paths = selected(place)
    if held.subject is not None and len(paths) > 1:
        raise Misuse("--subject goes with one file; map the others in dovetail.toml")
    with connected(url, place.project) as client:
        return list(_results(client, place, held, paths))


def _results(
    client: RegistryClient, place: Scene, held: Held, paths: Sequence[str]
) -> Iterator[Result]:
    for path in paths:
        shown = place.shown(path)
        try:
            yield _result(client, place, held, path)
        except _NoSubject as error:
            title = "The file belongs to no subject of the registry."
            yield failed(shown, error, rule="SUBJECT_UNKNOWN", title=title)
        except Failure as error:
            yield failed(shown, error)


def _result(client: RegistryClient, place: Scene, held: Held, path: str) -> Result:
    terms = held.terms(place, path)
    new = place.workspace.source(path)
    if new is None:
        raise Failure("not known to be a schema", advice="Say which with --type.")
    if terms.subject is None:
        raise _NoSubject(
            "no subject is known for this file",
            advice="Add a [[files]] table with path and subject to dovetail.toml, "
            "or pass --subject.",
        )
    config = client.get_config(terms.subject, default_to_global=True)
    level = held.level or Level(config.level or Level.BACKWARD)
    policy = held.policy or _policy(config.settings) or terms.policy
    every = history(client, terms.subject)
    earlier = every if level.transitive else every[-1:]
    earlier = [] if level is Level.NONE else earlier
    return judge(
        place.shown(path), new, earlier, replace(terms, level=level, policy=policy)
    )


def _policy(settings: object) -> Policy | None:
    value = settings.get("compatibilityPolicy") if isinstance(settings, dict) else None
    return Policy(value) if value in set(Policy) else None

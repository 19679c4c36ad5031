"""``diff``: what was added, removed and changed, by path."""

from __future__ import annotations

import json
from typing import Any

import click

from compat.errors import InvalidSchema
from registry.cli import baselines, options
from registry.cli.changes import ABSENT, Change, changes, outline
from registry.cli.console import Failure, Misuse, show, show_json
from registry.cli.scene import scene
from registry.cli.workspace import Source

__all__ = ["diff"]

_MARKS = {"added": "+", "removed": "-", "changed": "~", "moved": ">"}
_COLORS = {"added": "green", "removed": "red", "changed": "yellow", "moved": "blue"}


@click.command()
@click.argument("file", type=click.Path(), required=False)
@click.option(
    "--against",
    default="HEAD",
    metavar="WHAT",
    show_default=True,
    help="File, folder or git revision to compare with.",
)
@click.option("--staged", is_flag=True, help="Compare what is staged, not the disk.")
@click.option("--subject", help="Compare two versions of this subject instead.")
@click.option("--from", "old", default="1", help="Older version of --subject.")
@click.option("--to", "new", default="latest", help="Newer version of --subject.")
@options.type_
@options.registry
@options.shape
def diff(
    file: str | None,
    against: str,
    staged: bool,
    subject: str | None,
    old: str,
    new: str,
    type_: str | None,
    url: str | None,
    shape: str,
) -> None:
    """Show what was added, removed and changed, by path.

    Names are matched, not lines: + added, - removed, ~ changed, > moved.
    """
    if (file is None) == (subject is None):
        raise Misuse("name a file, or give --subject")
    if file is not None:
        before, after = _of_file(file, against, staged, type_)
    else:
        before, after = _of_subject(str(subject), old, new, url)
    if before.format.name != after.format.name:
        raise Failure(f"{before.format.name} and {after.format.name} have no diff")
    found = list(changes(_outlined(before), _outlined(after)))
    if shape == "json":
        shown = [each.to_json() for each in found]
        show_json({"version": 1, "changes": shown})
        return
    for each in found:
        show(click.style(_line(each), fg=_COLORS[each.kind]))


def _of_file(
    file: str, against: str, staged: bool, type: str | None
) -> tuple[Source, Source]:
    place = scene((file,), staged=staged, type=type)
    path = place.file
    new = place.workspace.source(path)
    if new is None:
        raise Misuse(f"{file}: not known to be a schema")
    for baseline in baselines.named(place, (against,), type):
        old = baseline.find(path)
        if old is not None:
            return old, new
    raise Failure(f"{against} has no {file}")


def _of_subject(
    subject: str, old: str, new: str, url: str | None
) -> tuple[Source, Source]:
    from registry.cli.history import source_of
    from registry.cli.remote import connected

    with connected(url) as client:
        versions = [client.get_version(subject, each) for each in (old, new)]
        before, after = (source_of(client, each) for each in versions)
    return before, after


def _outlined(source: Source) -> Any:
    try:
        return outline(source.parse(strict=False))
    except InvalidSchema as error:
        raise Failure(f"{source.path}: {error}") from None


def _line(change: Change) -> str:
    text = f"{_MARKS[change.kind]} {change.path}"
    if change.kind == "moved":
        return f"{text}: from position {change.old} to {change.new}"
    sides = [
        json.dumps(each, ensure_ascii=False)
        for each in (change.old, change.new)
        if each is not ABSENT
    ]
    return f"{text}: {' -> '.join(sides)}"

"""``rules``: every rule, of the engine and of the linter."""

from __future__ import annotations

import click

from compat.errors import UnknownFormat
from compat.plugin import all_formats, format_named
from registry.cli import options
from registry.cli.console import Misuse, show, show_json

__all__ = ["rules"]


@click.command()
@options.type_
@options.shape
def rules(type_: str | None, shape: str) -> None:
    """List every rule.

    The columns are the id, what becomes of data (break, lossy, note; for the
    linter its default level) and the fault as a statement.
    """
    if type_ is not None:
        try:
            type_ = format_named(type_.upper()).name
        except UnknownFormat as error:
            raise Misuse(str(error)) from None
    rows = [
        {"rule": rule.id, "type": name, "severity": rule.severity.value}
        | {"title": rule.title, "lenient": rule.lenient}
        for name, format in all_formats().items()
        for rule in format.rules
        if type_ in (None, name)
    ]
    rows += _advice(type_)
    if shape == "json":
        show_json({"version": 1, "rules": rows})
        return
    width = max((len(str(each["rule"])) for each in rows), default=0)
    for each in rows:
        show(f"{each['rule']:{width}}  {each['severity']:6} {each['title']}")


def _advice(type_: str | None) -> list[dict[str, object]]:
    from compat.lint import ADVICE

    return [
        {"rule": rule.id, "type": ",".join(rule.formats), "severity": rule.level.value}
        | {"title": rule.title, "lint": True}
        for rule in ADVICE
        if type_ is None or type_ in rule.formats
    ]

"""The `<subject>` of a route: a name with its context, aliases followed."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from flask import Blueprint, request

from registry.api.access import reading, reading_on, stop_reading
from registry.errors import InvalidSubject
from registry.service.aliases import resolve_alias
from registry.service.names import SubjectName

__all__ = ["follow_aliases", "parse_names"]


def follow_aliases(blueprint: Blueprint, *, besides: Collection[str] = ()) -> None:
    """Give the blueprint's handlers the subject that an alias stands for.

    Those of the endpoints ``besides`` get it as it is written: what they call
    follows aliases itself, without another query.
    """

    @blueprint.url_value_preprocessor
    def follow(endpoint: str | None, values: dict[str, Any] | None) -> None:
        if not values or "subject" not in values:
            return
        values["subject"] = _name(values["subject"])
        if endpoint not in besides:
            # Who writes reads in a transaction, which is another connection.
            begin = reading_on if request.method in ("GET", "HEAD") else reading
            with begin() as session:
                values["subject"] = resolve_alias(session, values["subject"])

    @blueprint.teardown_request
    def stop(_error: BaseException | None) -> None:
        stop_reading()


def parse_names(blueprint: Blueprint) -> None:
    """Give the blueprint's handlers the subject as it is written."""

    @blueprint.url_value_preprocessor
    def parse(_endpoint: str | None, values: dict[str, Any] | None) -> None:
        if values and "subject" in values:
            values["subject"] = _name(values["subject"])


def _name(text: str) -> SubjectName:
    # No name has a NUL, and PostgreSQL could not even look for one.
    if "\0" in text:
        raise InvalidSubject(text)
    return SubjectName.parse(text)

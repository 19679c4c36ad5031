"""The query string, read into values.

Names come as Confluent's clients send them: camelCase, some in snake_case.
"""

from __future__ import annotations

import re

from flask import request
from werkzeug.exceptions import NotFound

from registry.errors import InvalidPaging, InvalidSubject, InvalidVersion
from registry.service.names import SubjectName, context_name
from registry.service.versions import Listing

__all__ = [
    "context",
    "flag",
    "listing",
    "optional_flag",
    "page",
    "text",
    "texts",
    "version_number",
]

_MAX_INT = 2**31 - 1
_INTEGER = re.compile("[+-]?[0-9]{1,20}")


def flag(name: str) -> bool:
    """Return whether the parameter is true; only "true", in any case, is."""
    return (text(name) or "").lower() == "true"


def optional_flag(name: str) -> bool | None:
    """Return the parameter as `flag` does, None when it is absent."""
    return None if text(name) is None else flag(name)


def text(name: str) -> str | None:
    """Return the parameter, or None; NUL, which no name has, is refused."""
    given = request.args
    if not given:
        return None
    value = given.get(name)
    if value is None:
        value = given.get(_snake(name))
    return None if value is None else _without_nul(value)


def context() -> SubjectName:
    """Return the context that bare subjects of the request are in."""
    given = text("context")
    return SubjectName.parse("") if not given else SubjectName(context_name(given), "")


def texts(name: str) -> list[str]:
    """Return every value of a parameter that may be repeated, as `text` does."""
    return [_without_nul(each) for each in request.args.getlist(name)]


def page(default: int | None = None) -> tuple[int, int | None]:
    """Return offset and limit.

    A limit out of range means the default, as in Confluent's; an offset
    below zero raises `InvalidPaging`, where Confluent answers 500.
    """
    offset, limit = _integer("offset", 0), _integer("limit", -1)
    if offset < 0:
        raise InvalidPaging("offset", offset)
    in_range = 0 < limit <= (default or _MAX_INT)
    return min(offset, _MAX_INT), limit if in_range else default


def listing(default: int | None = None) -> Listing:
    """Return which rows a list shows, and which page."""
    offset, limit = page(default)
    return Listing(
        deleted=flag("deleted"),
        deleted_only=flag("deletedOnly"),
        deleted_as_negative=flag("deletedAsNegative"),
        offset=offset,
        limit=limit,
    )


def version_number(given: str) -> int | None:
    """Return a version number, None for the latest, or raise `InvalidVersion`."""
    wanted = given.strip()
    if wanted.lower() == "latest" or wanted == "-1":
        return None
    if not wanted.isascii() or not wanted.isdigit() or len(wanted) > 10:
        raise InvalidVersion(given)
    number = int(wanted)
    if not 1 <= number <= _MAX_INT:
        raise InvalidVersion(given)
    return number


def _integer(name: str, default: int) -> int:
    given = text(name)
    if not given:
        return default
    if not _INTEGER.fullmatch(given):
        raise NotFound
    return int(given)


def _without_nul(value: str) -> str:
    if "\0" in value:
        raise InvalidSubject(value)
    return value


def _snake(name: str) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name)

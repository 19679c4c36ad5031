"""Reads and prints the JSON of a schema: bounded, numbers kept exactly."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any

from compat.errors import InvalidSchema
from compat.limits import Limits

__all__ = ["NAME", "compact", "read_json"]

NAME = "JSON"
_EXPONENT = 1_000
_OTHERS = bytes(set(range(256)) - set(b'"[]{}'))
_BRACKETS = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}]', re.DOTALL)


def read_json(text: str, limits: Limits) -> tuple[Any, bool]:
    """Return the value of ``text``, decimals exact, and whether it has any.

    Raises `InvalidSchema`.
    """
    decimals: list[Decimal] = []

    def exact(number: str) -> Decimal:
        decimals.append(_decimal(number))
        return decimals[-1]

    if len(text) > limits.text_bytes or len(text.encode(errors="replace")) > (
        limits.text_bytes
    ):
        raise InvalidSchema(NAME, f"the text is longer than {limits.text_bytes} bytes")
    _bound_depth(text, limits.depth)
    try:
        value = json.loads(text, parse_float=exact, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        reason = f"malformed JSON: {error.msg[:1].lower()}{error.msg[1:]}"
        raise InvalidSchema(NAME, reason, "", error.lineno, error.colno) from None
    except ValueError as error:  # an integer of thousands of digits
        raise InvalidSchema(NAME, f"malformed number: {error}") from None
    return value, bool(decimals)


def compact(value: Any, *, sort: bool = False) -> str:
    """Return ``value`` without whitespace; numbers as they were written."""
    try:
        text = json.dumps(
            value,
            ensure_ascii=False,
            check_circular=False,
            separators=(",", ":"),
            sort_keys=sort,
        )
    except TypeError:
        text = _with_decimals(value, sort=sort)
    try:
        text.encode()
    except UnicodeEncodeError:
        raise InvalidSchema(NAME, "a string holds half a surrogate pair") from None
    return text


def _with_decimals(value: Any, *, sort: bool) -> str:
    match value:
        case Decimal():
            return str(value)
        case dict():
            names = sorted(value) if sort else value
            members = (
                f"{json.dumps(name, ensure_ascii=False)}:"
                f"{_with_decimals(value[name], sort=sort)}"
                for name in names
            )
            return "{" + ",".join(members) + "}"
        case list():
            return "[" + ",".join(_with_decimals(e, sort=sort) for e in value) + "]"
        case _:
            return json.dumps(value, ensure_ascii=False)


def _bound_depth(text: str, depth: int) -> None:
    if text.count("{") + text.count("[") <= depth or _is_flat(text, depth):
        return
    level = 0
    for match in _BRACKETS.finditer(text):
        token = match[0]
        if token in ("{", "["):
            level += 1
            if level > depth:
                line = text.count("\n", 0, match.start()) + 1
                column = match.start() - text.rfind("\n", 0, match.start())
                reason = f"nested deeper than {depth} levels"
                raise InvalidSchema(NAME, reason, "", line, column)
        elif token in ("}", "]"):
            level -= 1


def _is_flat(text: str, depth: int) -> bool:
    """Whether taking innermost pairs away leaves nothing after ``depth`` rounds."""
    if "\\" in text:
        # No backslash stands outside of a string, or the text is no JSON from there.
        text = text.replace("\\\\", "").replace('\\"', "")
    left = text.encode(errors="replace").translate(None, _OTHERS).replace(b'""', b"")
    if b'"' in left:  # some string has brackets in it
        outside = "".join(text.split('"')[::2]).encode(errors="replace")
        left = outside.translate(None, _OTHERS)
    for _ in range(depth):
        if not left:
            return True
        left = left.replace(b"{}", b"").replace(b"[]", b"")
    return not left


def _decimal(text: str) -> Decimal:
    number = Decimal(text)
    if not number.is_finite() or abs(number.adjusted()) > _EXPONENT:
        raise InvalidSchema(NAME, f"the number {text[:40]} is out of range")
    return number


def _no_constant(name: str) -> Any:
    raise InvalidSchema(NAME, f"{name} is no JSON value")

"""JSON text to values, with everything refused that JSON leaves open."""

from __future__ import annotations

import json
import math
from typing import Any, NoReturn

from compat.errors import InvalidSchema
from compat.limits import Limits
from compat.spans import Spans

__all__ = ["too_deep", "values"]


class _Duplicate(ValueError):
    """An object has the same key twice."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise _Duplicate
    return members


def _constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _number(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError(f"the number {text[:40]} is out of range")
    return number


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_constant=_constant, parse_float=_number
)


def values(text: str, limits: Limits) -> Any:
    """Return the JSON value of ``text``, or raise `InvalidSchema`.

    Duplicate keys, NaN, infinite numbers, lone surrogates, and more than
    ``limits.text_bytes`` are refused.
    """
    try:
        size = len(text.encode())
    except UnicodeEncodeError as error:
        raise InvalidSchema("AVRO", f"not Unicode text: {error.reason}") from None
    if size > limits.text_bytes:
        raise InvalidSchema(
            "AVRO",
            f"the text has {size} bytes; the limit is {limits.text_bytes}",
            line=1,
            column=1,
        )
    try:
        value = _DECODER.decode(text)
        if "\\u" in text:
            json.dumps(value, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        raise InvalidSchema(
            "AVRO", f"not JSON: {error.msg}", "", error.lineno, error.colno
        ) from None
    except RecursionError:
        raise InvalidSchema("AVRO", "the JSON is nested too deeply") from None
    except _Duplicate:
        where = Spans(text).duplicate() or ""
        key = where.rpartition("/")[2]
        raise InvalidSchema("AVRO", f"the key {key!r} occurs twice", where) from None
    except UnicodeEncodeError:
        raise InvalidSchema("AVRO", "a string holds a lone surrogate") from None
    except ValueError as error:
        raise InvalidSchema("AVRO", f"not JSON: {error}") from None
    return value


def too_deep(value: Any, depth: int) -> bool:
    """Whether lists and objects in ``value`` nest deeper than ``depth``."""
    level = [value]
    for _ in range(depth + 1):
        level = [
            inner
            for each in level
            if isinstance(each, dict | list)
            for inner in (each.values() if isinstance(each, dict) else each)
        ]
        if not level:
            return False
    return True

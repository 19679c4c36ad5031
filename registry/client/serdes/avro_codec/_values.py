"""What application values become before they are written."""

from __future__ import annotations

import dataclasses
import enum
import numbers
from collections.abc import Mapping
from typing import Any

__all__ = [
    "Symbols",
    "as_boolean",
    "as_dict",
    "as_items",
    "as_octets",
    "as_real",
    "plain",
]


def as_dict(value: Any) -> dict[str, Any]:
    """Return a mapping, dataclass, pydantic model or named tuple as a dict.

    Shallow: what is inside is turned when its own schema is reached.
    """
    if isinstance(value, dict):
        return value
    if isinstance(value, Mapping):
        return dict(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = (each.name for each in dataclasses.fields(value))
        return {name: getattr(value, name) for name in names}
    if hasattr(type(value), "model_fields"):  # pydantic
        return _by_alias(value)
    if hasattr(value, "_asdict"):
        return dict(value._asdict())
    raise TypeError(f"not a mapping, dataclass or model: {type(value).__name__}")


def _by_alias(model: Any) -> dict[str, Any]:
    fields = type(model).model_fields
    return {
        field.serialization_alias or field.alias or name: getattr(model, name)
        for name, field in fields.items()
    }


def as_items(value: Any) -> list[Any]:
    """Return a tuple as a list; refuse what is no sequence of items."""
    if isinstance(value, list | tuple):
        return list(value)
    raise TypeError(f"not a list: {type(value).__name__}")


def as_boolean(value: Any) -> bool:
    """Refuse what only equals True or False."""
    if isinstance(value, bool):
        return value
    raise TypeError(f"not a boolean: {type(value).__name__}")


def as_octets(value: Any) -> bytes:
    """Return bytes-like data as bytes."""
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value)
    raise TypeError(f"not bytes: {type(value).__name__}")


def as_real(value: Any) -> Any:
    """Return a number; refuse booleans, and decimals, which are another type."""
    if value.__class__ is not bool and isinstance(value, numbers.Real):
        return value
    raise TypeError(f"not a number: {type(value).__name__}")


class Symbols(dict[Any, bytes]):
    """The encoding of each enum symbol; members of Python enums count too."""

    def __missing__(self, value: Any) -> bytes:
        if isinstance(value, enum.Enum):
            for spelling in (value.value, value.name):
                if isinstance(spelling, str) and spelling in self:
                    return self[spelling]
        raise ValueError(f"{value!r} is not a symbol of the enum")


def plain(value: Any) -> Any:
    """Return ``value`` with all models inside it turned into dicts."""
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [plain(each) for each in value]
    if isinstance(value, enum.Enum):
        return value.value
    if type(value) is tuple:
        return tuple(plain(each) for each in value)
    try:
        return plain(as_dict(value))
    except TypeError:
        return value

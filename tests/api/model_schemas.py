"""Avro schemas for the model, and which of them reads which."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

__all__ = ["CONTENTS", "Content", "readable", "request", "shape"]

# Name -> record name, and its fields: type, and whether there is a default.
RECORDS: dict[str, tuple[str, dict[str, tuple[str, bool]]]] = {
    "a": ("R", {"a": ("int", False)}),
    "ab": ("R", {"a": ("int", False), "b": ("int", True)}),
    "ac": ("R", {"a": ("int", False), "c": ("string", False)}),
    "as": ("R", {"a": ("string", False)}),
    "base1": ("Base", {"v": ("int", False)}),
    "base2": ("Base", {"v": ("int", False), "w": ("int", True)}),
    "using": ("R", {"a": ("int", False), "base": ("Base", False)}),
}
DEFAULTS = {"int": 0, "string": ""}


@dataclass(frozen=True)
class Content:
    """A schema of `RECORDS`; `using` refers to a version of the subject base."""

    name: str
    reference: int | None = None


CONTENTS = [Content(name) for name in RECORDS if name != "using"] + [
    Content("using", version) for version in (1, 2, 3)
]


def request(content: Content) -> dict[str, Any]:
    """Return the body that registers a content."""
    name, fields = RECORDS[content.name]
    text = {
        "type": "record",
        "name": name,
        "fields": [
            {"name": each, "type": type}
            | ({"default": DEFAULTS[type]} if default else {})
            for each, (type, default) in fields.items()
        ],
    }
    body: dict[str, Any] = {"schema": json.dumps(text)}
    if content.reference is not None:
        body["references"] = [
            {"name": "Base", "subject": "base", "version": content.reference}
        ]
    return body


def shape(content: Content, base: Any) -> Any:
    """Return record name and fields, with ``base`` in place of the reference."""
    name, fields = RECORDS[content.name]
    return name, {
        each: (base if type == "Base" else type, default)
        for each, (type, default) in fields.items()
    }


def readable(reader: Any, writer: Any) -> bool:
    """Whether Avro resolves data of ``writer`` with ``reader``."""
    if isinstance(reader, str) or isinstance(writer, str):
        return bool(reader == writer)
    (reader_name, reader_fields), (writer_name, writer_fields) = reader, writer
    return reader_name == writer_name and all(
        readable(type, writer_fields[each][0]) if each in writer_fields else default
        for each, (type, default) in reader_fields.items()
    )

"""What a rule reports, and the datum that could show it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

__all__ = ["Datum", "Problem", "Question"]


class Question(StrEnum):
    """What to compare between the datum and what the reader made of it."""

    NUMBER = "the values under the number of the field"
    NAME = "the values under the name of the field"
    INITIALIZED = "whether all required fields are there"
    ENUM_NAME = "the names of the enum's value"
    UNSET = "what the field is when nobody set it"
    PRESENCE = "whether the field is set"
    CHOICE = "whether a member of the field's oneof is set"
    SKIPPED = "whether the field is one that the reader does not know"


@dataclass(frozen=True, slots=True)
class Datum:
    """A message of the writer's to try: values by field number.

    A list is for a repeated field, a dict by number for a message. ``focus``
    is the number of the field that the ``question`` is about.
    """

    focus: int
    values: Mapping[int, Any]
    question: Question = Question.NUMBER


@dataclass(frozen=True, slots=True)
class Problem:
    """A difference at ``path``; ``reader`` and ``writer`` are its two values.

    ``data`` are datums that may show it, the most telling first. ``types`` are
    full names of the writer's messages that the reader may not know by that
    name. Neither is given where no datum can show it.
    """

    path: str
    message: str
    reader: object = None
    writer: object = None
    data: tuple[Datum, ...] = ()
    types: tuple[str, ...] = ()

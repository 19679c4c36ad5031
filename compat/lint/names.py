"""Advice on what things are called, whatever the format."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from compat.lint.declared import ADVICE
from compat.lint.rules import Advice, LintLevel

__all__ = ["is_past_tense"]

_WORD = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])")
_SUFFIXES = ("event", "message", "record", "value", "v")
_IRREGULAR = [
    "become",
    "begun",
    "bought",
    "broken",
    "brought",
    "built",
    "caught",
    "chosen",
    "cut",
    "done",
    "drawn",
    "driven",
    "fallen",
    "felt",
    "forgotten",
    "found",
    "frozen",
    "given",
    "gone",
    "grown",
    "hidden",
    "held",
    "hit",
    "kept",
    "known",
    "left",
    "lent",
    "lost",
    "made",
    "met",
    "paid",
    "put",
    "read",
    "risen",
    "run",
    "seen",
    "sent",
    "set",
    "shipped",
    "shown",
    "shut",
    "sold",
    "spent",
    "split",
    "spoken",
    "taken",
    "taught",
    "thrown",
    "told",
    "understood",
    "undone",
    "won",
    "withdrawn",
    "written",
]


@ADVICE.rule("LINT_EVENT_NAME_NOT_PAST", LintLevel.OFF, "AVRO", "JSON", "PROTOBUF")
def event_name_not_past(schema: Any, _: Sequence[Any]) -> Iterator[Advice]:
    """The name of an event is not in the past tense.

    Why: an event is something that happened; OrderPlaced says so, and
    PlaceOrder reads like a command.
    Fix: end the name with a verb in the past tense, as in OrderPlaced.
    """
    for name in schema.declares[:1]:
        short = re.split(r"[./#:]", name.removesuffix(".json").removesuffix(".schema"))
        if not is_past_tense(short[-1]):
            yield Advice("", f"the name {short[-1]!r} has no verb in the past tense")


def is_past_tense(name: str) -> bool:
    """Whether ``name`` ends in a past tense, ``Event`` and ``V2`` left out."""
    words = [each.lower() for each in _WORD.findall(name)]
    while words and (words[-1] in _SUFFIXES or words[-1].lstrip("v").isdigit()):
        words.pop()
    return bool(words) and (words[-1].endswith("ed") or words[-1] in _IRREGULAR)

"""Rules about lower and upper limits: of numbers, lengths and counts."""

from __future__ import annotations

import re
from dataclasses import dataclass

from compat.formats.jsonschema.differences import Leaf
from compat.formats.jsonschema.ruling import Wording, declare, shown

__all__ = ["LIMITS", "Limit"]


@dataclass(frozen=True, slots=True)
class Limit:
    """A keyword that bounds ``what``; ``lower`` when from below."""

    keyword: str
    what: str
    lower: bool
    spec: str

    @property
    def name(self) -> str:
        """The keyword as rule ids spell it."""
        return re.sub(r"([A-Z])", r"_\1", self.keyword).upper()


_NUMBER = "JSON Schema Validation, section 6.2"
_STRING = "JSON Schema Validation, section 6.3"
_ARRAY = "JSON Schema Validation, section 6.4"
_OBJECT = "JSON Schema Validation, section 6.5"

LIMITS = (
    Limit("minimum", "numbers", True, _NUMBER),
    Limit("maximum", "numbers", False, _NUMBER),
    Limit("exclusiveMinimum", "numbers", True, _NUMBER),
    Limit("exclusiveMaximum", "numbers", False, _NUMBER),
    Limit("minLength", "the length of strings", True, _STRING),
    Limit("maxLength", "the length of strings", False, _STRING),
    Limit("minItems", "the number of items", True, _ARRAY),
    Limit("maxItems", "the number of items", False, _ARRAY),
    Limit("minContains", "the number of matching items", True, _ARRAY),
    Limit("maxContains", "the number of matching items", False, _ARRAY),
    Limit("minProperties", "the number of properties", True, _OBJECT),
    Limit("maxProperties", "the number of properties", False, _OBJECT),
)

_TIGHTENED = """
The limit {keyword} on {what} was {moved}.

Why: data that the writer's limit allows lies outside the reader's.
Fix: keep the {extreme} limit of all versions that are still read.
Spec: {spec}, {keyword}.
"""

_ADDED = """
The reader limits {what} with {keyword}, which the writer does not.

Why: data beyond the limit was valid when it was written.
Fix: leave {keyword} out, or set it so that all written data lies inside.
Spec: {spec}, {keyword}.
"""


def _tightened(limit: Limit) -> Wording:
    def wording(leaf: Leaf) -> str | None:
        old = leaf.mirror.values(limit.keyword)
        if not old or old[0] == leaf.value:
            return None
        moved = "raised" if limit.lower else "lowered"
        return (
            f"{limit.keyword} is {shown(leaf.value)}, {moved} from "
            f"{shown(old[0])} in the writer's schema"
        )

    return wording


def _added(limit: Limit) -> Wording:
    def wording(leaf: Leaf) -> str | None:
        return (
            f"{limit.keyword} is {shown(leaf.value)}, a limit that the writer's "
            "schema does not set here"
        )

    return wording


def _declare() -> None:
    for limit in LIMITS:
        moved, past = (
            ("raised", "INCREASED") if limit.lower else ("lowered", "DECREASED")
        )
        words = {
            "keyword": limit.keyword,
            "what": limit.what,
            "moved": moved,
            "extreme": "smallest" if limit.lower else "largest",
            "spec": limit.spec,
        }
        declare(
            f"JSON_{limit.name}_{past}",
            _TIGHTENED.format(**words),
            _tightened(limit),
            limit.keyword,
            confluent=f"{limit.name}_{past}",
        )
        declare(
            f"JSON_{limit.name}_ADDED",
            _ADDED.format(**words),
            _added(limit),
            limit.keyword,
            confluent=f"{limit.name}_ADDED",
        )


_declare()

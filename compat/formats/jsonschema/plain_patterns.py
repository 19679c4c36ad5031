"""Spells each pattern of a schema out for a few strings.

Python's ``re`` backtracks, so no pattern of a user may reach it. For the
strings of one value a pattern means no more than the list of those it is
found in, and such a list is safe.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from compat.formats.jsonschema.references import DATA, MAPS

__all__ = ["spell_out"]


def spell_out(
    schema: Any, strings: Iterable[str], matches: Callable[[str, str], bool]
) -> Any:
    """Return ``schema`` with patterns that only tell ``strings`` apart."""
    words = tuple(strings)

    def listed(pattern: str, number: int) -> str:
        found = [re.escape(word) for word in words if matches(pattern, word)]
        # The number keeps the patterns of one object apart.
        return rf"\A(?:{'|'.join([*found, f'(?!){number}'])})\Z"

    def walk(value: Any) -> Any:
        if isinstance(value, list):
            return [walk(each) for each in value]
        if not isinstance(value, dict):
            return value
        return {keyword: member(keyword, each) for keyword, each in value.items()}

    def member(keyword: str, value: Any) -> Any:
        if keyword in DATA:
            return value
        if keyword == "pattern" and isinstance(value, str):
            return listed(value, 0)
        if keyword == "patternProperties" and isinstance(value, dict):
            return {
                listed(pattern, number): walk(each)
                for number, (pattern, each) in enumerate(value.items())
            }
        if keyword in MAPS and isinstance(value, dict):
            return {name: walk(each) for name, each in value.items()}
        return walk(value)

    return walk(schema)

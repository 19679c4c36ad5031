"""The cases of each rule, as `test_rules.py` describes them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import yaml

from compat import formats
from compat.plugin import Format

__all__ = ["CASES", "Pair", "content", "format_of", "pairs", "text"]

CASES = Path(__file__).parent / "cases"


@dataclass(frozen=True, slots=True)
class Pair:
    """Two texts of one format, out of the case ``name`` of a rule."""

    name: str
    format: Format
    reader: str
    writer: str
    strict: bool

    def parsed(self) -> tuple[Any, Any]:
        """Return the reader and the writer."""
        return (
            self.format.parse(self.reader, strict=self.strict),
            self.format.parse(self.writer, strict=self.strict),
        )


def format_of(folder: str) -> Format:
    format: Format = import_module(f"{formats.__name__}.{folder}").FORMAT
    return format


@cache
def content(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return found


def text(schema: Any) -> str:
    return schema if isinstance(schema, str) else json.dumps(schema)


def pairs() -> Iterator[Pair]:
    """Yield the two schemas of every case of every rule."""
    for path in sorted(CASES.glob("*/*.yaml")):
        format = format_of(path.parent.name)
        for name, case in content(path).items():
            if name != "rule":
                sides = text(case["reader"]), text(case["writer"])
                strict = case.get("strict", True)
                yield Pair(f"{path.stem}: {name}", format, *sides, strict)

"""What tells one draft from another."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from compat.formats.jsonschema.node import Part

__all__ = ["Builder", "Dialect"]

Builder = Callable[[Any, Any], Iterator[Part]]
"""From a scope and a keyword's value to what the keyword asks."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """One draft. ``ref_alone``: ``$ref`` hides the keywords beside it.

    ``keywords`` are built in the order of the table, which is the order of
    findings. ``last`` are those that depend on what others evaluated.
    ``contains_evaluates``: items that match ``contains`` count as evaluated.
    """

    name: str
    uri: str
    keywords: Mapping[str, Builder] = field(hash=False)
    id_keyword: str = "$id"
    ref_alone: bool = True
    contains_evaluates: bool = False

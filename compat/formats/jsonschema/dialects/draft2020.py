"""2020-12: ``prefixItems``, ``$dynamicRef``; matches of ``contains`` are evaluated."""

from compat.formats.jsonschema.dialects.dialect import Dialect
from compat.formats.jsonschema.dialects.draft2019 import DRAFT_2019_09
from compat.formats.jsonschema.keywords import arrays, references

__all__ = ["DRAFT_2020_12"]

_KEYWORDS = {
    **DRAFT_2019_09.keywords,
    "$dynamicRef": references.dynamic,
    "prefixItems": arrays.prefix_items,
    "items": arrays.items,
}

DRAFT_2020_12 = Dialect(
    name="2020-12",
    uri="https://json-schema.org/draft/2020-12/schema",
    ref_alone=False,
    contains_evaluates=True,
    keywords={
        name: builder
        for name, builder in _KEYWORDS.items()
        if name not in ("$recursiveRef", "additionalItems")
    },
)

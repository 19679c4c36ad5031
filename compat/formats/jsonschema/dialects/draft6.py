"""Draft 06: ``$id``, numeric exclusive bounds, ``const``, ``contains``."""

from compat.formats.jsonschema.dialects.dialect import Dialect
from compat.formats.jsonschema.dialects.draft4 import DRAFT_04
from compat.formats.jsonschema.keywords import arrays, numbers, objects, types

__all__ = ["DRAFT_06"]

DRAFT_06 = Dialect(
    name="draft-06",
    uri="http://json-schema.org/draft-06/schema#",
    keywords={
        **DRAFT_04.keywords,
        "const": types.const,
        "minimum": numbers.minimum,
        "maximum": numbers.maximum,
        "exclusiveMinimum": numbers.exclusive_minimum,
        "exclusiveMaximum": numbers.exclusive_maximum,
        "propertyNames": objects.property_names,
        "contains": arrays.contains,
    },
)

"""Draft 04: boolean exclusive bounds, ``id``, tuples in ``items``."""

from compat.formats.jsonschema.dialects.dialect import Dialect
from compat.formats.jsonschema.keywords import (
    arrays,
    logic,
    numbers,
    objects,
    references,
    strings,
    types,
)

__all__ = ["DRAFT_04"]

DRAFT_04 = Dialect(
    name="draft-04",
    uri="http://json-schema.org/draft-04/schema#",
    id_keyword="id",
    keywords={
        "$ref": references.reference,
        "type": types.type_,
        "enum": types.enumeration,
        "minimum": numbers.minimum_with_flag,
        "maximum": numbers.maximum_with_flag,
        "multipleOf": numbers.multiple_of,
        "minLength": strings.min_length,
        "maxLength": strings.max_length,
        "pattern": strings.pattern,
        "required": objects.required,
        "properties": objects.properties,
        "patternProperties": objects.pattern_properties,
        "additionalProperties": objects.additional_properties,
        "minProperties": objects.min_properties,
        "maxProperties": objects.max_properties,
        "dependencies": objects.dependencies,
        "items": arrays.items_or_tuple,
        "additionalItems": arrays.additional_items,
        "minItems": arrays.min_items,
        "maxItems": arrays.max_items,
        "uniqueItems": arrays.unique_items,
        "allOf": logic.all_of_,
        "anyOf": logic.any_of_,
        "oneOf": logic.one_of_,
        "not": logic.not_,
    },
)

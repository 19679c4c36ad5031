"""2019-09: siblings of ``$ref``, ``dependent*``, ``unevaluated*``, counted contains."""

from compat.formats.jsonschema.dialects.dialect import Dialect
from compat.formats.jsonschema.dialects.draft7 import DRAFT_07
from compat.formats.jsonschema.keywords import (
    arrays,
    objects,
    references,
    unevaluated,
)

__all__ = ["DRAFT_2019_09"]

DRAFT_2019_09 = Dialect(
    name="2019-09",
    uri="https://json-schema.org/draft/2019-09/schema",
    ref_alone=False,
    # The specification says so from 2020-12 on; the validators do so here too.
    contains_evaluates=True,
    keywords={
        **{k: v for k, v in DRAFT_07.keywords.items() if k != "dependencies"},
        "$recursiveRef": references.recursive,
        "contains": arrays.counted_contains,
        "dependentRequired": objects.dependent_required,
        "dependentSchemas": objects.dependent_schemas,
        "unevaluatedItems": unevaluated.unevaluated_items,
        "unevaluatedProperties": unevaluated.unevaluated_properties,
    },
)

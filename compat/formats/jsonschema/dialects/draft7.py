"""Draft 07: ``if``, ``then`` and ``else``."""

from compat.formats.jsonschema.dialects.dialect import Dialect
from compat.formats.jsonschema.dialects.draft6 import DRAFT_06
from compat.formats.jsonschema.keywords import logic

__all__ = ["DRAFT_07"]

DRAFT_07 = Dialect(
    name="draft-07",
    uri="http://json-schema.org/draft-07/schema#",
    keywords={**DRAFT_06.keywords, "if": logic.if_},
)

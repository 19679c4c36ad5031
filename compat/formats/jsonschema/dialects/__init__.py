"""The drafts of JSON Schema, each a table from keyword to builder."""

from __future__ import annotations

from typing import Any

from compat.formats.jsonschema.dialects.dialect import Dialect
from compat.formats.jsonschema.dialects.draft4 import DRAFT_04
from compat.formats.jsonschema.dialects.draft6 import DRAFT_06
from compat.formats.jsonschema.dialects.draft7 import DRAFT_07
from compat.formats.jsonschema.dialects.draft2019 import DRAFT_2019_09
from compat.formats.jsonschema.dialects.draft2020 import DRAFT_2020_12

__all__ = ["DEFAULT", "DIALECTS", "Dialect", "dialect_of"]

DIALECTS = (DRAFT_04, DRAFT_06, DRAFT_07, DRAFT_2019_09, DRAFT_2020_12)
DEFAULT = DRAFT_07
_BY_URI = {each.uri.partition(":")[2].rstrip("#"): each for each in DIALECTS}


def dialect_of(root: Any, default: Dialect = DEFAULT) -> Dialect:
    """Return the draft that ``$schema`` names; ``default`` if none or unknown."""
    uri = root.get("$schema") if isinstance(root, dict) else None
    if not isinstance(uri, str):
        return default
    return _BY_URI.get(uri.partition(":")[2].rstrip("#"), default)

"""Checks a schema against the metaschema of its draft."""

from __future__ import annotations

from functools import cache
from typing import Any

import jsonschema_rs
import jsonschema_specifications

from compat.errors import InvalidSchema
from compat.formats.jsonschema.dialects import Dialect
from compat.formats.jsonschema.references import child_pointer
from compat.formats.jsonschema.text import NAME

__all__ = ["refuse_invalid"]


def refuse_invalid(schema: Any, dialect: Dialect) -> None:
    """Raise `InvalidSchema` where ``schema``, without `Decimal`, is none of its draft.

    A ``$schema`` that is not known is let through, and so are unknown
    keywords.
    """
    errors = _validator(dialect).iter_errors(schema)
    worst = max(errors, key=lambda error: len(error.instance_path), default=None)
    if worst is None:
        return
    reason = str(worst.message)
    if len(reason) > 300:
        reason = f"{reason[:150]} ... {reason[-150:]}"
    pointer = child_pointer("", *worst.instance_path)
    raise InvalidSchema(NAME, f"{reason} (draft {dialect.name})", pointer)


@cache
def _validator(dialect: Dialect) -> Any:
    """Return the validator of a draft's metaschema; built once."""
    contents = jsonschema_specifications.REGISTRY.contents(dialect.uri)
    return jsonschema_rs.validator_for(contents, offline=True, validate_formats=False)

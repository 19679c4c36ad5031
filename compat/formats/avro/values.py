"""Decoded data as JSON values, for people to read."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

__all__ = ["shown", "text"]


def shown(value: Any) -> Any:
    """Return ``value`` as a JSON value.

    Bytes become strings of the same code points, as in Avro's JSON encoding;
    numbers that JSON has not, and dates, times and decimals, become text.
    """
    match value:
        case None | bool() | int() | str():
            return value
        case float():
            return value if math.isfinite(value) else str(value)
        case bytes():
            return value.decode("latin-1")
        case Mapping():
            return {str(key): shown(each) for key, each in value.items()}
        case list() | tuple():
            return [shown(each) for each in value]
        case _:
            isoformat = getattr(value, "isoformat", None)
            return isoformat() if isoformat else str(value)


def text(value: Any) -> str:
    """Return ``value`` as short JSON text."""
    dumped = json.dumps(shown(value), ensure_ascii=False)
    return dumped if len(dumped) <= 100 else f"{dumped[:97]}..."

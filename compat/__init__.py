"""Decide whether schemas stay compatible, and prove it.

Pure: text in, reports out. Nothing here opens a socket, a database or a
file of the caller's.
"""

from compat.budget import Budget
from compat.cache import Cache
from compat.engine import check
from compat.errors import (
    CompatError,
    InvalidSchema,
    UnknownFormat,
    UnresolvedReference,
)
from compat.levels import Level
from compat.limits import Limits
from compat.plugin import SUFFIXES, Format, all_formats, format_named
from compat.policy import Policy
from compat.schema import Deferred, Schema
from compat.tags import (
    Entity,
    EntityKind,
    Taggable,
    Tags,
    UnknownEntity,
    retagged,
)
from compat.verdict import (
    Direction,
    Finding,
    Fix,
    Location,
    Proof,
    Reading,
    Report,
    Severity,
    Verdict,
    Witness,
)

__all__ = [
    "SUFFIXES",
    "Budget",
    "Cache",
    "CompatError",
    "Deferred",
    "Direction",
    "Entity",
    "EntityKind",
    "Finding",
    "Fix",
    "Format",
    "InvalidSchema",
    "Level",
    "Limits",
    "Location",
    "Policy",
    "Proof",
    "Reading",
    "Report",
    "Schema",
    "Severity",
    "Taggable",
    "Tags",
    "UnknownEntity",
    "UnknownFormat",
    "UnresolvedReference",
    "Verdict",
    "Witness",
    "all_formats",
    "check",
    "format_named",
    "retagged",
]

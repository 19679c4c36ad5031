"""The rules of JSON Schema, each declared beside its wording."""

from compat.formats.jsonschema.ruling import RULES

__all__ = ["RULES"]

RULES.load(__name__, __path__)

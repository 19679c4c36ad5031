"""The rules of Avro, one module for each subject."""

from compat.formats.avro.checks import RULES

__all__ = ["RULES"]

RULES.load(__name__, __path__)

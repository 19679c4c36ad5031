"""Rules of a data contract: none is run here, and none is passed over in silence.

Whether a rule applies, and what happens when it cannot be run, is Confluent's
contract: ``onFailure`` says so, and is ERROR unless it is set.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from registry.client._types import Schema
from registry.client.serdes._errors import UnusableSchema

__all__ = ["refuse_migrations", "refuse_on_read", "refuse_on_write"]

_BOTH = {"WRITEREAD": ("WRITE", "READ"), "UPDOWN": ("UPGRADE", "DOWNGRADE")}


def refuse_on_write(schema: Schema) -> None:
    """Raise `UnusableSchema` when ``schema`` has a rule for what is written.

    Data that a rule encrypts or validates must not go out as it is.
    """
    _refuse(schema, ("domainRules", "encodingRules"), "WRITE")


def refuse_on_read(schema: Schema) -> None:
    """Raise `UnusableSchema` when ``schema`` has a rule for what is read."""
    _refuse(schema, ("domainRules", "encodingRules"), "READ")


def refuse_migrations(writer: Schema, reader: Schema) -> None:
    """Raise `UnusableSchema` when data of ``writer`` is to be migrated by rules."""
    if writer.text != reader.text:
        _refuse(reader, ("migrationRules",), "UPGRADE")
        _refuse(writer, ("migrationRules",), "DOWNGRADE")


def _refuse(schema: Schema, lists: tuple[str, ...], mode: str) -> None:
    for rule in _needed(schema.rule_set or {}, lists, mode):
        raise UnusableSchema(
            f"the schema has the rule {rule.get('name')!r} of type "
            f"{rule.get('type')}, which this client does not run on {mode}: use a "
            "client that does, or set the rule's onFailure to NONE to go on without"
        )


def _needed(
    rule_set: Mapping[str, Any], lists: tuple[str, ...], mode: str
) -> Iterator[Mapping[str, Any]]:
    if rule_set.get("enableAt") not in (None, "ALL", "CLIENT"):
        return
    for each in lists:
        for rule in rule_set.get(each) or ():
            if not rule.get("disabled") and _fails(rule, mode):
                yield rule


def _fails(rule: Mapping[str, Any], mode: str) -> bool:
    """Whether ``rule`` runs in ``mode``, and its absence is an error."""
    modes = _BOTH.get(rule.get("mode", ""), (rule.get("mode"),))
    if mode not in modes:
        return False
    action = rule.get("onFailure") or "ERROR"
    if len(modes) == 2 and "," in action:
        action = action.split(",")[modes.index(mode)]
    return bool(action != "NONE")

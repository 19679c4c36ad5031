"""Configs: what is stored for a scope, and what is in force for a subject."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from compat import Level, Policy
from registry.errors import (
    BadRequest,
    InvalidLevel,
    NotPermitted,
    SubjectConfigNotFound,
    SubjectNotFound,
)
from registry.service import metadata, rule_sets
from registry.service.metadata import Metadata
from registry.service.mode import Mode, mode_of
from registry.service.names import SubjectName
from registry.service.rule_sets import RuleSet
from registry.service.session import Session
from registry.settings import Settings
from registry.store import configs

__all__ = [
    "Config",
    "config_in",
    "config_stored",
    "delete_config",
    "effective_config",
    "get_config",
    "put_config",
    "read_update",
]

Stored = dict[str, Any]

_BOOLEANS = ("normalize", "validateFields", "validateNewSchemas", "validateRules")
_TEXTS = ("alias", "aliasForDeks", "compatibilityGroup")
_METADATA = ("defaultMetadata", "overrideMetadata")
_RULE_SETS = ("defaultRuleSet", "overrideRuleSet")

# What a subject's own entry takes over from the scopes around it where it says
# nothing; the rest belongs to the entry alone.
_INHERITED = (
    *_BOOLEANS,
    "compatibilityLevel",
    "compatibilityPolicy",
    "compatibilityGroup",
)


@dataclass(frozen=True, slots=True)
class Config:
    """What is in force for one subject; ``stored`` is it as an answer shows it."""

    stored: Stored
    level: Level
    policy: Policy
    group: str | None
    normalize: bool
    validate_fields: bool
    validate_new_schemas: bool

    @property
    def default_metadata(self) -> Metadata | None:
        """What a new schema's metadata starts from."""
        return self.stored.get("defaultMetadata")

    @property
    def override_metadata(self) -> Metadata | None:
        """What a new schema's metadata ends with."""
        return self.stored.get("overrideMetadata")

    @property
    def default_rule_set(self) -> RuleSet | None:
        """What a new schema's rule set starts from."""
        return self.stored.get("defaultRuleSet")

    @property
    def override_rule_set(self) -> RuleSet | None:
        """What a new schema's rule set ends with."""
        return self.stored.get("overrideRuleSet")

    @property
    def rewrites(self) -> bool:
        """Whether what a client sends is changed before it is stored."""
        return any(self.stored.get(each) for each in (*_METADATA, *_RULE_SETS))


def get_config(session: Session, subject: SubjectName, *, effective: bool) -> Stored:
    """Return the config of a scope.

    ``effective`` asks for what is in force. Otherwise a subject without an
    entry raises `SubjectConfigNotFound`; the global scope always answers.
    """
    if effective:
        return _shown(effective_config(session, subject).stored)
    found = configs.find_config(session.db, subject.scope)
    if subject == SubjectName.parse(""):
        default = {"compatibilityLevel": session.settings.default_level}
        return _shown(default | (found or {}))
    if found is not None:
        return _shown(found)
    raise SubjectConfigNotFound(subject.qualified)


def effective_config(session: Session, subject: SubjectName) -> Config:
    """Return what is in force for ``subject``, in one query.

    Each inherited setting is looked for in the subject's entry, its
    context's, the one for all contexts, then the server's default. Confluent
    skips to the server's default when a subject has an entry without a level.
    """
    found = configs.find_configs(session.db, subject.scopes)
    return config_in(found, subject, session.settings)


def config_in(
    found: Mapping[str, Stored], subject: SubjectName, settings: Settings
) -> Config:
    """Return what is in force for ``subject`` where ``found`` is stored by scope."""
    entries = [found[scope] for scope in subject.scopes if scope in found]
    stored: Stored = dict(entries[0]) if entries else {}
    for entry in entries[1:]:
        for name in _INHERITED:
            if name in entry:
                stored.setdefault(name, entry[name])
    stored.setdefault("compatibilityLevel", settings.default_level)
    return _config(stored, settings)


def config_stored(
    texts: Mapping[str, str], subject: SubjectName, settings: Settings
) -> Config:
    """Return what `config_in` does of configs as JSON texts by scope."""
    found = {scope: json.loads(text) for scope, text in texts.items()}
    return config_in(found, subject, settings)


def read_update(body: dict[str, Any]) -> Stored:
    """Return what a request changes: absent is not in it, None is to be cleared.

    Raises `InvalidLevel`, `InvalidRuleSet`, or `BadRequest` for another shape.
    """
    update: Stored = {}
    if "compatibility" in body or "compatibilityLevel" in body:
        level = body.get("compatibility", body.get("compatibilityLevel"))
        update["compatibilityLevel"] = None if level is None else _level(level)
    if "compatibilityPolicy" in body:
        update["compatibilityPolicy"] = _policy(body["compatibilityPolicy"])
    for name in _BOOLEANS:
        if name in body:
            update[name] = _typed(name, body[name], bool, "true or false")
    for name in _TEXTS:
        if name in body:
            update[name] = _typed(name, body[name], str, "a string")
    for name in _METADATA:
        if name in body:
            update[name] = metadata.read(body[name], name)
    for name in _RULE_SETS:
        if name in body:
            update[name] = rule_sets.read(body[name], name)
    return update


def put_config(session: Session, subject: SubjectName, update: Stored) -> Stored:
    """Change the config of a scope; return all of it, spelled as in requests."""
    subject.validate(scope=True)
    _refuse_read_only(session, subject)
    stored = configs.find_config(session.db, subject.scope) or {}
    changed = {k: v for k, v in {**stored, **update}.items() if v is not None}
    configs.put_config(session.db, subject.scope, changed)
    return _as_request(changed)


def delete_config(session: Session, subject: SubjectName) -> Stored:
    """Forget the config of a scope, and return what it was."""
    _refuse_read_only(session, subject)
    gone = configs.delete_config(session.db, subject.scope)
    if gone is not None:
        return _shown(gone)
    if subject == SubjectName.parse(""):
        return {"compatibilityLevel": session.settings.default_level}
    raise SubjectNotFound(subject.qualified)


def _config(stored: Stored, settings: Settings) -> Config:
    return Config(
        stored,
        Level(stored["compatibilityLevel"]),
        Policy(stored.get("compatibilityPolicy") or settings.default_policy),
        stored.get("compatibilityGroup"),
        bool(stored.get("normalize")),
        bool(stored.get("validateFields", settings.validate_fields)),
        bool(stored.get("validateNewSchemas", True)),
    )


def _refuse_read_only(session: Session, subject: SubjectName) -> None:
    if mode_of(session, subject).read_only:
        raise NotPermitted(Mode.refusal(subject, "is in read-only mode"))


def _shown(stored: Stored) -> Stored:
    """Return the config as answers show it: an empty text is left out."""
    return {name: value for name, value in stored.items() if value != ""}


def _as_request(stored: Stored) -> Stored:
    shown = {k: v for k, v in _shown(stored).items() if k != "compatibilityLevel"}
    if "compatibilityLevel" in stored:
        shown = {"compatibility": stored["compatibilityLevel"], **shown}
    return shown


def _level(value: Any) -> str:
    try:
        return Level(str(value).upper()).value
    except ValueError:
        raise InvalidLevel from None


def _policy(value: Any) -> str | None:
    if value is None:
        return None
    try:
        return Policy(str(value).upper()).value
    except ValueError:
        known = ", ".join(Policy)
        raise BadRequest(f"'compatibilityPolicy' must be one of {known}") from None


def _typed(name: str, value: Any, type: type, words: str) -> Any:
    if value is not None and not isinstance(value, type):
        raise BadRequest(f"'{name}' must be {words}")
    return value

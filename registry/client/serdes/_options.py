"""Settings of serializers and deserializers, under Confluent's keys."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from registry.client.serdes._framing import Framing
from registry.client.serdes._naming import NameSubject, Strategy

__all__ = ["DeserializerOptions", "SerializerOptions", "flag"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Naming:
    """The subject strategy, and what the associated one needs besides."""

    strategy: Strategy | NameSubject = Strategy.TOPIC
    namespace: str = "-"
    fallback: Strategy | None = Strategy.TOPIC


@dataclass(frozen=True, slots=True)
class SerializerOptions:
    """How a serializer finds its schema, and how it writes.

    At most one of ``use_latest``, ``use_schema_id`` and ``use_metadata`` is
    set, and none of them together with ``auto_register``.
    """

    auto_register: bool = True
    normalize: bool = False
    use_latest: bool = False
    use_schema_id: int | None = None
    use_metadata: Mapping[str, str] | None = None
    naming: Naming = field(default_factory=Naming)
    framing: Framing = Framing.PREFIX
    strict: bool = True
    validate: bool = True

    @property
    def uses_registered(self) -> bool:
        """Whether the registry says which schema to write with."""
        chosen = (self.use_schema_id, self.use_metadata)
        return self.use_latest or any(each is not None for each in chosen)

    @classmethod
    def of(cls, settings: Mapping[str, Any] | None) -> SerializerOptions:
        """Read a mapping with Confluent's keys; raise `ValueError` for a wrong one."""
        given = dict(settings or {})
        uses = [key for key in _USES if given.get(key)]
        if len(uses) > 1:
            raise ValueError(f"{' and '.join(uses)} exclude one another")
        if uses and given.get("auto.register.schemas"):
            raise ValueError(f"{uses[0]} and auto.register.schemas exclude one another")
        options = cls(
            auto_register=flag("auto.register.schemas", given, default=not uses),
            normalize=flag("normalize.schemas", given),
            use_latest=flag("use.latest.version", given),
            use_schema_id=_schema_id(given),
            use_metadata=_metadata(given),
            framing=_enum(Framing, "schema.id.serializer", given, Framing.PREFIX),
            strict=flag("validate.strict", given, default=True),
            validate=flag("validate", given, default=True),
            naming=_naming(given),
        )
        _refuse_unknown(given, _SERIALIZER_KEYS)
        return options


@dataclass(frozen=True, slots=True)
class DeserializerOptions:
    """Which schema a deserializer gives its values in.

    Without ``use_latest`` or ``use_metadata`` it is the reader schema given
    to the deserializer, else the writer's own.
    """

    use_latest: bool = False
    use_metadata: Mapping[str, str] | None = None
    naming: Naming = field(default_factory=Naming)
    headers: bool = True
    validate: bool = True

    @classmethod
    def of(cls, settings: Mapping[str, Any] | None) -> DeserializerOptions:
        """Read a mapping with Confluent's keys; raise `ValueError` for a wrong one."""
        given = dict(settings or {})
        if given.get("use.latest.version") and given.get("use.latest.with.metadata"):
            raise ValueError(
                "use.latest.version and use.latest.with.metadata exclude one another"
            )
        where = given.pop("schema.id.deserializer", "dual")
        if where not in ("dual", "prefix"):
            raise ValueError(
                f"schema.id.deserializer cannot be {where!r}: dual, prefix"
            )
        options = cls(
            use_latest=flag("use.latest.version", given),
            use_metadata=_metadata(given),
            headers=where == "dual",
            validate=flag("validate", given, default=True),
            naming=_naming(given),
        )
        _refuse_unknown(given, _DESERIALIZER_KEYS)
        return options


_USES = ("use.latest.version", "use.schema.id", "use.latest.with.metadata")
_NAMING_KEYS = (
    "subject.name.strategy",
    "subject.name.strategy.type",
    "subject.name.strategy.conf",
)
_DESERIALIZER_KEYS = (
    "use.latest.version",
    "use.latest.with.metadata",
    "schema.id.deserializer",
    "validate",
    *_NAMING_KEYS,
)
_SERIALIZER_KEYS = (
    "auto.register.schemas",
    "normalize.schemas",
    "schema.id.serializer",
    "validate.strict",
    "validate",
    *_USES,
    *_NAMING_KEYS,
)


def _naming(given: dict[str, Any]) -> Naming:
    function = given.pop("subject.name.strategy", None)
    conf = dict(given.pop("subject.name.strategy.conf", None) or {})
    strategy = _enum(Strategy, "subject.name.strategy.type", given, Strategy.TOPIC)
    namespace = conf.pop("subject.name.strategy.kafka.cluster.id", None) or "-"
    key = "subject.name.strategy.fallback.type"
    none = conf.get(key) == "NONE"
    fallback = None if none else _enum(Strategy, key, conf, Strategy.TOPIC)
    conf.pop(key, None)
    _refuse_unknown(conf, (key, "subject.name.strategy.kafka.cluster.id"))
    if function is not None and not callable(function):
        raise ValueError(
            "subject.name.strategy is a function of topic, field and record name; "
            "use subject.name.strategy.type to name one"
        )
    return Naming(function or strategy, namespace, fallback)


def flag(key: str, given: dict[str, Any], *, default: bool = False) -> bool:
    """Take a setting out of ``given``; a text such as "false" is not taken for true."""
    value = given.pop(key, default)
    if not isinstance(value, bool):
        raise ValueError(f"{key} cannot be {value!r}: it is True or False")
    return value


def _schema_id(given: dict[str, Any]) -> int | None:
    value = given.pop("use.schema.id", None)
    if value is not None and (value.__class__ is not int or value < 1):
        raise ValueError(f"use.schema.id cannot be {value!r}: it is a number from 1 on")
    return value


def _metadata(given: dict[str, Any]) -> Mapping[str, str] | None:
    value = given.pop("use.latest.with.metadata", None)
    if value is not None and not isinstance(value, Mapping):
        raise ValueError(
            f"use.latest.with.metadata cannot be {value!r}: it is a mapping of "
            "properties"
        )
    return value


def _enum(kind: Callable[[str], T], key: str, given: dict[str, Any], default: T) -> T:
    value = given.pop(key, None)
    if value is None:
        return default
    try:
        return kind(str(value))
    except ValueError as error:
        raise ValueError(f"{key}: {error}") from None


def _refuse_unknown(given: Mapping[str, Any], known: tuple[str, ...]) -> None:
    for key in given:
        near = difflib.get_close_matches(key, known, n=1)
        meant = f"; did you mean {near[0]}?" if near else ""
        raise ValueError(f"unknown setting {key!r}{meant}")

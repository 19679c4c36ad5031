"""Levels and modes: ``/config`` and ``/mode``; no subject means the global one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from registry.client._operations._operation import (
    Operation,
    flags,
    get,
    segment,
    send,
)
from registry.client._types import Config

__all__ = [
    "delete_config",
    "delete_mode",
    "get_config",
    "get_mode",
    "set_config",
    "set_level",
    "set_mode",
]


def get_config(
    subject: str | None = None, *, default_to_global: bool = False
) -> Operation[Config]:
    """The subject's own config, or what holds for it with the flag."""
    query = flags(defaultToGlobal=default_to_global)
    return get(_path("config", subject), Config.from_json, query)


def set_config(
    settings: Mapping[str, Any], subject: str | None = None
) -> Operation[Config]:
    """Merge ``settings``, named as Confluent names them, into the config."""
    return send("PUT", _path("config", subject), Config.from_json, settings)


def set_level(level: str, subject: str | None = None) -> Operation[Config]:
    """Set the compatibility level."""
    return set_config({"compatibility": level}, subject)


def delete_config(subject: str | None = None) -> Operation[Config]:
    """Remove the config of this scope, and return what it was."""
    return send("DELETE", _path("config", subject), Config.from_json)


def get_mode(
    subject: str | None = None, *, default_to_global: bool = False
) -> Operation[str]:
    """The mode: READWRITE, READONLY, IMPORT or FORWARD."""
    query = flags(defaultToGlobal=default_to_global)
    return get(_path("mode", subject), _mode, query)


def set_mode(
    mode: str, subject: str | None = None, *, force: bool = False
) -> Operation[str]:
    """Set the mode; ``force`` enters IMPORT over existing subjects."""
    path = _path("mode", subject)
    return send("PUT", path, _mode, {"mode": mode}, flags(force=force))


def delete_mode(subject: str) -> Operation[str]:
    """Remove the subject's own mode, and return what it was."""
    return send("DELETE", _path("mode", subject), _mode)


def _path(kind: str, subject: str | None) -> str:
    return f"/{kind}" if subject is None else f"/{kind}/{segment(subject)}"


def _mode(body: Any) -> str:
    return str(body["mode"])

"""Reads a snapshot from a registry."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from registry.cli.transfer.snapshot import Snapshot, Version
from registry.client import NotFound, RegistryClient
from registry.client._operations._operation import flags, get

__all__ = ["read_registry"]

_PAGE = 1000
_EVERYWHERE = ":*:"
_GLOBAL = ":.__GLOBAL:"


def read_registry(
    client: RegistryClient, tick: Callable[[int], object] = lambda _: None
) -> Snapshot:
    """Return all that the registry holds; ``tick`` hears of each step.

    Config and mode of a subject without any version are not listed by a
    registry, and so are not in it.
    """
    live = {(each["subject"], each["version"]) for each in _schemas(client)}
    versions = {}
    for body in _schemas(client, deleted=True):
        key = (body["subject"], body["version"])
        versions[key] = Version.of(body, deleted=key not in live)
        tick(1)
    contexts = [f":{name}:" for name in client.list_contexts() if name != "."]
    contexts.append(_GLOBAL)
    subjects = dict.fromkeys(subject for subject, _ in sorted(versions))
    configs: dict[str, Mapping[str, Any]] = {}
    modes: dict[str, str] = {}
    for scope in ("", *contexts, *subjects):
        config = _config(client, scope)
        if config:
            configs[scope] = config
        mode = _mode(client, scope)
        if mode is not None:
            modes[scope] = mode
        tick(1)
    return Snapshot(versions, configs, modes)


def _schemas(client: RegistryClient, *, deleted: bool = False) -> Iterator[Any]:
    offset = 0
    while True:
        query = flags(
            subjectPrefix=_EVERYWHERE, deleted=deleted, offset=offset, limit=_PAGE
        )
        page = client.send(get("/schemas", list, query))
        yield from page
        offset += len(page)
        # A server may cap its pages below what was asked for.
        if not page:
            return


def _config(client: RegistryClient, scope: str) -> Mapping[str, Any] | None:
    try:
        settings = dict(client.get_config(scope or None).settings)
    except NotFound:
        return None
    level = settings.pop("compatibilityLevel", None)
    return ({"compatibility": level} if level else {}) | settings


def _mode(client: RegistryClient, scope: str) -> str | None:
    try:
        return client.get_mode(scope or None)
    except NotFound:
        return None

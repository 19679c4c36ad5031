"""Puts a snapshot into a registry, or goes on with what an earlier run began.

The order makes every step safe to repeat: versions in IMPORT mode, then
soft deletes, then configs, and the modes last.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from registry.cli.console import Failure
from registry.cli.transfer.snapshot import Key, Snapshot, Version, context_of, in_order
from registry.client import NotFound, RegistryClient
from registry.client._operations._operation import segment, send

__all__ = ["conflicts", "restore", "steps_of"]

_IMPORT = "IMPORT"
_READ_ONLY = ("READONLY", "READONLY_OVERRIDE")


def conflicts(source: Snapshot, target: Snapshot) -> list[str]:
    """Return what in ``target`` stands in the way of ``source``."""
    found = []
    for key, there in target.versions.items():
        here = source.versions.get(key)
        if here is None:
            found.append(f"{key[0]} version {key[1]} is not in the export")
        elif (here.id, here.content) != (there.id, there.content):
            found.append(f"{key[0]} version {key[1]} is another schema")
    return found


def steps_of(source: Snapshot, target: Snapshot) -> int:
    """Return how many versions are still to be written or deleted."""
    return len(_missing(source, target)) + len(_to_delete(source, target))


def restore(
    client: RegistryClient,
    source: Snapshot,
    target: Snapshot,
    tick: Callable[[int], object] = lambda _: None,
) -> None:
    """Bring the registry from ``target``, what it holds, to ``source``."""
    missing = _missing(source, target)
    if missing:
        _open(client, source, target)
        for version in in_order(missing):
            _register(client, version)
            tick(1)
    # What refers to a version has to go before it.
    gone = _to_delete(source, target)
    for version in reversed(list(in_order(gone))):
        client.delete_version(version.subject, version.version)
        tick(1)
    _configs(client, source, target)
    _modes(client, source)


def _missing(source: Snapshot, target: Snapshot) -> Sequence[Version]:
    return [each for key, each in source.versions.items() if key not in target.versions]


def _to_delete(source: Snapshot, target: Snapshot) -> Sequence[Version]:
    def live(key: Key) -> bool:
        return key not in target.versions or not target.versions[key].deleted

    return [each for key, each in source.versions.items() if each.deleted and live(key)]


def _open(client: RegistryClient, source: Snapshot, target: Snapshot) -> None:
    """Enter IMPORT, in which ids and version numbers are kept, in each context."""
    contexts = _contexts(source)
    for scope, mode in target.modes.items():
        if mode in _READ_ONLY and scope in contexts:
            raise Failure(
                f"the target registry is read-only in {scope or 'its default context'}",
                advice="Set its mode to READWRITE first, with dovetail mode set.",
            )
        if scope not in contexts:
            client.delete_mode(scope)
    for scope in contexts:
        if target.modes.get(scope) != _IMPORT:
            client.set_mode(_IMPORT, scope or None, force=bool(target.versions))


def _contexts(source: Snapshot) -> Sequence[str]:
    """Return the scopes of all contexts, the default one always among them."""
    found = (context_of(subject) for subject, _ in source.versions)
    return tuple(dict.fromkeys(("", *found)))


def _register(client: RegistryClient, version: Version) -> None:
    body: dict[str, Any] = {
        **version.content,
        "version": version.version,
        "id": version.id,
    }
    path = f"/subjects/{segment(version.subject)}/versions"
    answer = client.send(send("POST", path, dict, body))
    if answer.get("id") != version.id:
        raise Failure(
            f"{version.subject} version {version.version} got the id "
            f"{answer.get('id')} instead of {version.id}"
        )


def _configs(client: RegistryClient, source: Snapshot, target: Snapshot) -> None:
    for scope in target.configs:
        if scope not in source.configs:
            client.delete_config(scope or None)
    for scope, config in source.configs.items():
        if target.configs.get(scope) != config:
            client.set_config(config, scope or None)


def _modes(client: RegistryClient, source: Snapshot) -> None:
    contexts = _contexts(source)
    for scope, mode in source.modes.items():
        if scope not in contexts:
            client.set_mode(mode, scope, force=True)
    # Last of all: until here a second run finds IMPORT and goes on.
    for scope in reversed(contexts):
        if scope in source.modes or not scope:
            mode = source.modes.get(scope, "READWRITE")
            client.set_mode(mode, scope or None, force=mode == _IMPORT)
        else:
            _forget(client, scope)


def _forget(client: RegistryClient, scope: str) -> None:
    with suppress(NotFound):
        client.delete_mode(scope)

"""A snapshot in a folder: one JSON file for each version.

``versions/SUBJECT/NUMBER.json``, ``configs.json``, ``modes.json``, and last
``dovetail-export.json``, whose presence says that the export is whole.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote

from registry.cli.console import Failure
from registry.cli.transfer.snapshot import Snapshot, Version

__all__ = ["read_folder", "write_folder"]

FORMAT = 1

_MANIFEST = "dovetail-export.json"
_VERSIONS = "versions"
_MEMBERS = {"subject": str, "version": int, "id": int, "deleted": bool}
_LONGEST_NAME = 200


def write_folder(
    folder: Path, snapshot: Snapshot, tick: Callable[[int], object] = lambda _: None
) -> None:
    """Make ``folder`` hold exactly ``snapshot``; what is right already stays."""
    try:
        _fill(folder, snapshot, tick)
    except OSError as error:
        where = error.filename or folder
        raise Failure(f"cannot write {where}: {error.strerror}") from None


def _fill(folder: Path, snapshot: Snapshot, tick: Callable[[int], object]) -> None:
    manifest = folder / _MANIFEST
    if folder.is_dir() and any(folder.iterdir()) and not _is_ours(folder):
        raise Failure(
            f"{folder} is not empty, and no export of ours",
            advice="Name a folder that is empty or new.",
        )
    folder.mkdir(parents=True, exist_ok=True)
    manifest.unlink(missing_ok=True)
    (folder / _VERSIONS).mkdir(exist_ok=True)
    wanted: set[Path] = set()
    for version in snapshot.versions.values():
        file = folder / _VERSIONS / _name(version.subject) / f"{version.version}.json"
        wanted.add(file)
        _write(file, _shown(version))
        tick(1)
    for file in sorted((folder / _VERSIONS).rglob("*.json")):
        if file not in wanted:
            file.unlink()
    _write(folder / "configs.json", snapshot.configs)
    _write(folder / "modes.json", snapshot.modes)
    _write(manifest, {"format": FORMAT, "versions": len(snapshot.versions)})


def read_folder(folder: Path) -> Snapshot:
    """Return the snapshot in ``folder``, or raise `Failure` when it is not whole."""
    if not (folder / _MANIFEST).is_file():
        raise Failure(
            f"{folder} holds no whole export: {_MANIFEST} is missing",
            advice="Run dovetail export again; it goes on where it stopped.",
        )
    manifest = _object(folder / _MANIFEST)
    if manifest.get("format") != FORMAT:
        raise Failure(f"{folder} has the export format {manifest.get('format')!r}")
    found = [_version(file) for file in sorted((folder / _VERSIONS).rglob("*.json"))]
    versions = {each.key: each for each in sorted(found, key=lambda each: each.key)}
    if len(versions) != manifest.get("versions"):
        raise Failure(
            f"{folder} holds {len(versions)} versions, and its export had "
            f"{manifest.get('versions')}"
        )
    configs = _object(folder / "configs.json", of=dict)
    modes = _object(folder / "modes.json", of=str)
    return Snapshot(versions, configs, modes)


def _is_ours(folder: Path) -> bool:
    return (folder / _VERSIONS).is_dir() or (folder / _MANIFEST).is_file()


def _name(subject: str) -> str:
    """Return a file name for ``subject``; the file itself says the true name."""
    name = (
        quote(subject, safe=":").replace(".", "%2E")
        if subject in (".", "..")
        else (quote(subject, safe=":"))
    )
    if len(name) > _LONGEST_NAME:
        digest = sha256(subject.encode()).hexdigest()[:16]
        name = f"{name[: _LONGEST_NAME - 17]}~{digest}"
    return name or "~empty"


def _shown(version: Version) -> Mapping[str, Any]:
    numbers = {"subject": version.subject, "version": version.version, "id": version.id}
    return {**numbers, "deleted": version.deleted, **version.content}


def _version(file: Path) -> Version:
    body = _object(file)
    for name, kind in _MEMBERS.items():
        if not isinstance(body.get(name), kind):
            raise Failure(f"{file} lacks {name!r}, which is a {kind.__name__}")
    return Version.of(body, deleted=body["deleted"])


def _object(file: Path, *, of: type = object) -> Mapping[str, Any]:
    """Read a JSON object whose members are all ``of`` one type."""
    try:
        value = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise Failure(f"cannot read {file}: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        raise Failure(f"{file} is not JSON: {error}") from None
    if not isinstance(value, dict):
        raise Failure(f"{file} holds no JSON object")
    for name, each in value.items():
        if not isinstance(each, of):
            raise Failure(f"{file}: {name!r} is no {of.__name__}")
    return value


def _write(file: Path, value: Any) -> None:
    """Write in one step, so that a file is either whole or not there."""
    text = json.dumps(value, indent=2, ensure_ascii=False) + "\n"
    if file.is_file() and file.read_text(encoding="utf-8") == text:
        return
    file.parent.mkdir(exist_ok=True)
    fresh = file.with_suffix(".new")
    fresh.write_text(text, encoding="utf-8")
    os.replace(fresh, file)

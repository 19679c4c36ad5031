"""JSON Schema: a ``$ref`` stands for a file by its path or by its ``$id``."""

from __future__ import annotations

import json
import posixpath
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urldefrag, urljoin, urlsplit
from weakref import WeakKeyDictionary

from registry.cli.console import Failure

if TYPE_CHECKING:
    from registry.cli.workspace import Workspace

__all__ = ["find", "key", "name", "needs", "own", "places"]

_KEYWORDS = ("$ref", "$dynamicRef", "$recursiveRef")
_DATA = ("const", "enum", "default", "examples", "example")

_indexes: WeakKeyDictionary[Workspace, Mapping[str, str]] = WeakKeyDictionary()


def needs(text: str) -> tuple[str, ...]:
    """Return the URIs that ``text`` refers to beyond itself, fragments cut off.

    Each is resolved against the ``$id`` around it, as far as there is one.
    """
    used: dict[str, None] = {}
    own: dict[str, None] = {}
    try:
        _walk(json.loads(text), "", used, own)
    except (ValueError, RecursionError):
        return ()
    return tuple(each for each in used if each not in own)


def own(text: str) -> str | None:
    """Return the ``$id``."""
    try:
        schema = json.loads(text)
    except (ValueError, RecursionError):
        return None
    found = schema.get("$id") if isinstance(schema, dict) else None
    return found if isinstance(found, str) else None


def find(name: str, user: str, files: Workspace) -> str | None:
    """Return the file at the path ``name``, or the one whose ``$id`` it is."""
    if name.startswith(("http://json-schema.org/", "https://json-schema.org/")):
        return None
    return next(
        (each for each in places(name, user, files) if each in files.paths), None
    )


def name(need: str, user: str) -> str:
    """Return ``need`` resolved against ``user``, which is that text's base."""
    return urldefrag(urljoin(user, need)).url if user else need


def key(name: str, where: str) -> str:  # noqa: ARG001
    """Return ``name``: one file may be known by several."""
    return name


def places(name: str, user: str, files: Workspace) -> Iterator[str]:
    """Yield the file with that ``$id``, and each path that ``name`` can mean."""
    if files not in _indexes:
        _indexes[files] = _index(files)
    if name in _indexes[files]:
        yield _indexes[files][name]
    path = unquote(urlsplit(name).path)
    here = PurePosixPath(user).parent.as_posix()
    if urlsplit(name).scheme:
        own = _own_id(files.text(user) or "")
        if urlsplit(own).netloc == urlsplit(name).netloc and own:
            around = posixpath.dirname(urlsplit(own).path) or "/"
            path = posixpath.relpath(path or "/", around)
    yield posixpath.normpath(posixpath.join(here, path.lstrip("/")))
    for root in files.roots:
        yield posixpath.normpath(posixpath.join(root, path.lstrip("/")))


def _index(files: Workspace) -> Mapping[str, str]:
    index: dict[str, str] = {}
    for path in files.files:
        if files.type_of(path) != "JSON":
            continue
        try:
            text = files.text(path)
        except Failure:
            continue
        if name := _own_id(text or ""):
            index.setdefault(name, path)
    return index


def _own_id(text: str) -> str:
    """Return the ``$id`` of a whole schema; empty when it has none."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return ""
    name = value.get("$id", value.get("id")) if isinstance(value, dict) else None
    return urldefrag(name).url if isinstance(name, str) else ""


def _walk(value: Any, base: str, used: dict[str, None], own: dict[str, None]) -> None:
    if isinstance(value, list):
        for each in value:
            _walk(each, base, used, own)
    if not isinstance(value, dict):
        return
    name = value.get("$id")
    if isinstance(name, str):
        base = urldefrag(urljoin(base, name)).url
        own[base] = None
    for key, each in value.items():
        if key in _KEYWORDS and isinstance(each, str):
            target = urldefrag(urljoin(base, each)).url
            if target and target != base and not each.startswith("#"):
                used[target] = None
        elif key not in _DATA:
            _walk(each, base, used, own)

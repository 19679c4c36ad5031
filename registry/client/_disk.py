"""Immutable schemas on disk, so that a consumer starts without the registry."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from registry.client._operations._operation import Key

__all__ = ["DiskCache"]

log = logging.getLogger(__name__)

LARGEST_ANSWER = 8 * 1024 * 1024
"""A file above this many bytes is no schema, and is not read."""


class DiskCache:
    """One small JSON file an answer, named by what was asked of which registry.

    Several processes may share ``directory``: files appear whole or not at
    all. A file that cannot be read counts as missing. Above ``max_bytes`` the
    files that were used longest ago are removed. Raises `ValueError` for a
    ``directory`` that is none and cannot be made.
    """

    def __init__(self, directory: Path, urls: Sequence[str], max_bytes: int) -> None:
        self._directory = directory
        self._registry = ",".join(sorted(urls))
        self._max_bytes = max_bytes
        try:
            directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise ValueError(f"cache.directory cannot be used: {error}") from None

    def get(self, key: Key) -> Any | None:
        """Return the answer that was kept for ``key``, or None."""
        path = self._path(key)
        try:
            if path.stat().st_size > LARGEST_ANSWER:
                return None
            kept = json.loads(path.read_bytes())
        except (OSError, ValueError, RecursionError):
            return None
        with suppress(OSError):  # a folder that may only be read is one to read from
            os.utime(path)
        # The digest names the file; the question inside rules out a mix-up.
        if not isinstance(kept, dict) or kept.get("asked") != self._asked(key):
            return None
        return kept.get("answer")

    def put(self, key: Key, answer: Any) -> None:
        """Keep ``answer``; a full or read-only disk is logged, never raised."""
        text = json.dumps({"asked": self._asked(key), "answer": answer})
        if len(text) > LARGEST_ANSWER:
            return
        try:
            self._write(self._path(key), text)
            self._trim()
        except OSError as error:
            log.warning("schema cache %s not written: %s", self._directory, error)

    def _write(self, path: Path, text: str) -> None:
        handle, temporary = tempfile.mkstemp(dir=self._directory, suffix=".part")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
            Path(temporary).replace(path)
        except OSError:
            with suppress(OSError):
                Path(temporary).unlink()
            raise

    def _trim(self) -> None:
        files = []
        for path in self._directory.glob("*.json"):
            with suppress(OSError):  # another process may have removed it
                stat = path.stat()
                files.append((stat.st_mtime, stat.st_size, path))
        total = sum(size for _, size, _ in files)
        for _, size, path in sorted(files):
            if total <= self._max_bytes:
                break
            with suppress(OSError):
                path.unlink()
            total -= size

    def _asked(self, key: Key) -> list[Any]:
        method, path, query, body = key
        return [self._registry, method, path, [list(each) for each in query], body]

    def _path(self, key: Key) -> Path:
        asked = json.dumps(self._asked(key)).encode()
        return self._directory / f"{hashlib.sha256(asked).hexdigest()}.json"

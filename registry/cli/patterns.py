"""Path patterns of the project file: globs in which ``{name}`` captures."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

__all__ = ["Pattern", "compiled"]

_TOKEN = re.compile(r"\*\*/|\*\*|\*|\?|\{[A-Za-z_][A-Za-z0-9_]*\}|[^*?{]+|\{")


@dataclass(frozen=True, slots=True)
class Pattern:
    """A glob over ``/``-separated paths that are relative to the project.

    ``*`` and ``?`` stay within one folder, ``**`` crosses folders and
    ``{name}`` captures one part of the path, without its slashes. A pattern
    without a slash matches the file's name in any folder; one that ends in a
    slash matches all below that folder.
    """

    text: str
    regex: re.Pattern[str]

    def match(self, path: str) -> dict[str, str] | None:
        """Return what the pattern captured from ``path``; None when no match."""
        found = self.regex.fullmatch(path)
        return found.groupdict() if found else None


@cache
def compiled(text: str) -> Pattern:
    """Return the `Pattern` of ``text``, or raise `ValueError`."""
    whole = text + "**" if text.endswith("/") else text
    if "/" not in whole:
        whole = f"**/{whole}"
    seen: set[str] = set()
    parts = [_translate(token, seen) for token in _TOKEN.findall(whole.lstrip("/"))]
    return Pattern(text, re.compile("".join(parts), re.DOTALL))


def _translate(token: str, seen: set[str]) -> str:
    match token:
        case "**/":
            return "(?:[^/]+/)*"
        case "**":
            return ".*"
        case "*":
            return "[^/]*"
        case "?":
            return "[^/]"
        case "{":
            raise ValueError("a { needs a name and a closing }")
    if token.startswith("{"):
        return _capture(token[1:-1], seen)
    return re.escape(token)


def _capture(name: str, seen: set[str]) -> str:
    if name in seen:
        return f"(?P={name})"
    seen.add(name)
    return f"(?P<{name}>[^/]+?)"

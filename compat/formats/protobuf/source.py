"""What can be learnt of a .proto text without compiling it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from compat.errors import InvalidSchema

__all__ = [
    "FORMAT",
    "Token",
    "imports",
    "position",
    "refuse_deep_nesting",
    "refuse_many_types",
    "refuse_nonsense",
    "says_its_syntax",
    "tokens",
]

FORMAT = "PROTOBUF"

# Comments and strings as the compiler's tokenizer reads them; an unclosed one
# swallows the rest, which keeps the scans linear.
_OPAQUE = r"""//[^\n]*|/\*(?:.*?\*/|.*\Z)
    |"(?:[^"\\\n]++|\\[^\n])*+"?|'(?:[^'\\\n]++|\\[^\n])*+'?"""
_TOKEN = re.compile(
    r"""(?P<skip>\s+|//[^\n]*|/\*(?:.*?\*/|.*\Z))
    |(?P<string>"(?:[^"\\\n]++|\\[^\n])*+"?|'(?:[^'\\\n]++|\\[^\n])*+'?)
    |(?P<word>\.?[A-Za-z_][\w.]*)
    |(?P<number>[0-9][\w.]*)
    |(?P<sign>.)""",
    re.DOTALL | re.VERBOSE,
)
_BRACKET = re.compile(_OPAQUE + r"|(?P<bracket>[][{}<>()])", re.DOTALL | re.VERBOSE)
_IMPORT = re.compile(
    r"""\bimport\b\s*(?:(?:public|weak|option)\b\s*)?
    (?P<path>"[^"\\\n]*"|'[^'\\\n]*')|"""
    + _OPAQUE,
    re.DOTALL | re.VERBOSE,
)
# A statement with no "=", or with nothing after it; comments may hold a few.
_NONSENSE = re.compile(
    r"""(?<=[;{}])\s*+(?!(?:reserved|extensions|rpc|package|import|option)\b)
    [^;{}="'/\s][^;{}="'/]*+;|=\s*+;""",
    re.VERBOSE,
)
_NONSENSE_ALLOWED = 5_000
_DECLARATION = re.compile(
    r"\b(?:message|enum|service|extend|oneof|group|rpc)\b[^;{}<>]*+[{;]|\bmap\s*+<"
)
_DECLARATIONS_ALLOWED = 10_000
_CLOSES = {"}": "{", "]": "[", ">": "<", ")": "("}


@dataclass(frozen=True, slots=True)
class Token:
    """A word, number, string or sign, and its offset in the text."""

    kind: str
    text: str
    start: int


def tokens(text: str) -> Iterator[Token]:
    """Yield the tokens of ``text``; comments and white space are left out."""
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup
        if kind is not None and kind != "skip":
            yield Token(kind, match.group(), match.start())


def says_its_syntax(text: str) -> bool:
    """Whether ``text`` starts with a ``syntax`` or ``edition`` statement."""
    first = next(tokens(text), None)
    return first is not None and first.text in ("syntax", "edition")


def imports(text: str) -> tuple[str, ...]:
    """Return the paths that ``text`` may import, each once, in text order."""
    found = (match.group("path") for match in _IMPORT.finditer(text))
    return tuple(dict.fromkeys(path[1:-1] for path in found if path))


def refuse_deep_nesting(text: str, depth: int) -> None:
    """Raise `InvalidSchema` where brackets of a kind nest deeper than ``depth``.

    The compiler's parsers recurse in C++, also while they skip what they do
    not understand, and would end the process.
    """
    levels = dict.fromkeys(_CLOSES.values(), 0)
    for match in _BRACKET.finditer(text):
        bracket = match.group("bracket")
        if bracket is None:
            continue
        if bracket in _CLOSES:
            levels[_CLOSES[bracket]] -= levels[_CLOSES[bracket]] > 0
            continue
        levels[bracket] += 1
        if levels[bracket] > depth:
            reason = f"nests deeper than {depth} levels"
            raise InvalidSchema(FORMAT, reason, "", *position(text, match.start()))


def refuse_nonsense(text: str) -> None:
    """Raise `InvalidSchema` for a text with thousands of senseless statements.

    The compiler would keep an error for each, and gigabytes for all of them.
    """
    found = _NONSENSE.finditer(text)
    worst = next(islice(found, _NONSENSE_ALLOWED, None), None)
    if worst is not None:
        reason = "not .proto text: thousands of its statements make no sense"
        raise InvalidSchema(FORMAT, reason, "", *position(text, worst.start()))


def refuse_many_types(text: str) -> None:
    """Raise `InvalidSchema` for more than 10,000 declarations.

    The compiler takes a time that grows with the square of their number.
    """
    found = _DECLARATION.finditer(text)
    if next(islice(found, _DECLARATIONS_ALLOWED, None), None) is not None:
        reason = f"declares more than {_DECLARATIONS_ALLOWED} types, maps or methods"
        raise InvalidSchema(FORMAT, reason)


def position(text: str, offset: int) -> tuple[int, int]:
    """Return the line and the column of ``offset``, both counted from 1."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)

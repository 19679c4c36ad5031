"""What can be learnt of a .proto text without compiling it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from compat.errors import InvalidSchema

__all__ = [
    "FORMAT",
    "Token",
    "imports",
    "position",
    "refuse_deep_nesting",
    "refuse_long_names",
    "refuse_many_ranges",
    "refuse_many_types",
    "refuse_nonsense",
    "refuse_repeated_numbers",
    "says_its_syntax",
    "tokens",
    "uncommented",
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
_COMMENTED = re.compile(
    r"""//[^\n]*|/\*(?:.*?\*/|.*\Z)
    |(?P<string>"(?:[^"\\\n]++|\\[^\n])*+"?|'(?:[^'\\\n]++|\\[^\n])*+'?)""",
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
_PRODUCT_ALLOWED = 1_000_000_000  # declarations times characters
_RANGES = re.compile(r"\b(?:reserved|extensions)\b([^;\"'{}]*+);")
_RANGES_ALLOWED = 10_000
_NUMBERED = re.compile(
    _OPAQUE
    + r"""|(?P<shared>\b(?:oneof|enum)\b[^;{}]*+\{)|(?P<bracket>[{}])
    |=\s*+(?P<number>\d+)\s*+[;\[]""",
    re.DOTALL | re.VERBOSE,
)
_REPEATED_ALLOWED = 1_000
_NAME = re.compile(_OPAQUE + r"|(?P<name>[\w.]{64,})", re.DOTALL | re.VERBOSE)
_NAMES_ALLOWED = 100_000_000  # characters that full names may have together
_CLOSES = {"}": "{", "]": "[", ">": "<", ")": "("}


class Token(NamedTuple):
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


def uncommented(text: str) -> str:
    """Return ``text`` with a blank for each comment."""
    return _COMMENTED.sub(lambda found: found["string"] or " ", text)


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
    """Raise `InvalidSchema` for more than 10,000 declarations, fewer in a long text.

    The compiler looks through the whole file for each of them.
    """
    allowed = min(_DECLARATIONS_ALLOWED, _PRODUCT_ALLOWED // (len(text) + 1))
    found = _DECLARATION.finditer(text)
    if next(islice(found, allowed, None), None) is not None:
        reason = f"declares more than {allowed} types, maps or methods"
        if allowed < _DECLARATIONS_ALLOWED:
            reason += f" in {len(text)} characters; divide it into several files"
        raise InvalidSchema(FORMAT, reason)


def refuse_many_ranges(text: str) -> None:
    """Raise `InvalidSchema` for more than 10,000 reserved numbers and their like.

    The compiler compares each with each.
    """
    ranges = sum(1 + found[1].count(",") for found in _RANGES.finditer(text))
    if ranges > _RANGES_ALLOWED:
        reason = f"reserves or leaves open {ranges} numbers or ranges one by one"
        raise InvalidSchema(FORMAT, f"{reason}; the limit is {_RANGES_ALLOWED}")


def refuse_repeated_numbers(text: str) -> None:
    """Raise `InvalidSchema` where messages use their numbers again and again.

    For each of them the compiler looks for a free number, from 1 on.
    """
    repeated = 0
    scopes: list[set[str] | None] = [set()]
    for match in _NUMBERED.finditer(text):
        opened, bracket, number = match.group("shared", "bracket", "number")
        if opened is not None:
            # Members of a oneof are the message's; values may share a number.
            scopes.append(None if opened.startswith("enum") else scopes[-1])
        elif bracket == "{":
            scopes.append(set())
        elif bracket == "}" and len(scopes) > 1:
            scopes.pop()
        elif number is not None and (used := scopes[-1]) is not None:
            repeated += number in used
            used.add(number)
    if repeated > _REPEATED_ALLOWED:
        reason = f"{repeated} fields have the number of another field"
        raise InvalidSchema(FORMAT, reason)


def refuse_long_names(text: str) -> None:
    """Raise `InvalidSchema` where full names could fill the memory.

    Each declaration has the names of all that it stands in, and the compiler
    keeps them in full.
    """
    names = (match.group("name") for match in _NAME.finditer(text))
    longest = max((len(name) for name in names if name), default=0)
    declared = text.count("=") + text.count("{")
    if longest * declared * (1 + _deepest(text)) > _NAMES_ALLOWED:
        reason = f"a name of {longest} characters above too many others"
        raise InvalidSchema(FORMAT, reason)


def _deepest(text: str) -> int:
    """Return how deep curly brackets nest, at most; those in strings count too."""
    deepest = depth = 0
    for bracket in re.findall(r"[{}]", text):
        depth += 1 if bracket == "{" else -1
        deepest = max(deepest, depth)
    return deepest


def position(text: str, offset: int) -> tuple[int, int]:
    """Return the line and the column of ``offset``, both counted from 1."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)

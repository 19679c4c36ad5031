"""Reads an ECMA-262 pattern into a tree, or says where it is malformed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from compat.formats.jsonschema.automata.characters import (
    CLASSES,
    DOT,
    Ranges,
    complement,
    of_property,
    union,
)

__all__ = [
    "Alternatives",
    "BadPattern",
    "Beyond",
    "Chars",
    "End",
    "Node",
    "Repeat",
    "Sequence",
    "Start",
    "parse_pattern",
]

_DEPTH = 60


@dataclass(eq=False)
class BadPattern(Exception):
    """The text is no regular expression of ECMA-262."""

    reason: str
    index: int

    def __str__(self) -> str:
        return f"{self.reason} at character {self.index + 1}"


class Node:
    """A part of a pattern."""


@dataclass(frozen=True, slots=True)
class Chars(Node):
    """One character out of a set."""

    ranges: Ranges


@dataclass(frozen=True, slots=True)
class Sequence(Node):
    """The parts, one after the other."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Alternatives(Node):
    """One of the parts."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Repeat(Node):
    """``part`` between ``low`` and ``high`` times."""

    part: Node
    low: int
    high: int | None


@dataclass(frozen=True, slots=True)
class Start(Node):
    """``^``."""


@dataclass(frozen=True, slots=True)
class End(Node):
    """``$``."""


@dataclass(frozen=True, slots=True)
class Beyond(Node):
    """A construct that no automaton expresses, or that is not known here.

    Without ``width`` it only looks at what stands around a place.
    """

    what: str
    width: bool = True


@lru_cache(maxsize=2048)
def parse_pattern(text: str) -> Node:
    """Return the tree of ``text``, or raise `BadPattern`."""
    reader = _Reader(text)
    try:
        node = reader.alternatives(0)
    except _Unknown as unknown:
        return Beyond(unknown.what)
    if reader.at < len(text):
        raise BadPattern("unbalanced parenthesis", reader.at)
    return node


_ESCAPES = {"t": 9, "n": 10, "v": 11, "f": 12, "r": 13, "0": 0}


class _Reader:
    """A recursive descent over one pattern."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def take(self, word: str) -> bool:
        if self.text.startswith(word, self.at):
            self.at += len(word)
            return True
        return False

    def alternatives(self, depth: int) -> Node:
        if depth > _DEPTH:
            raise _Unknown("a pattern whose groups nest too deep")
        parts = [self.sequence(depth)]
        while self.take("|"):
            parts.append(self.sequence(depth))
        return parts[0] if len(parts) == 1 else Alternatives(tuple(parts))

    def sequence(self, depth: int) -> Node:
        parts: list[Node] = []
        while self.peek() not in ("", "|", ")"):
            parts.append(self.quantified(self.atom(depth)))
        return parts[0] if len(parts) == 1 else Sequence(tuple(parts))

    def quantified(self, atom: Node) -> Node:
        bounds: tuple[int, int | None] | None = None
        if self.take("*"):
            bounds = (0, None)
        elif self.take("+"):
            bounds = (1, None)
        elif self.take("?"):
            bounds = (0, 1)
        elif self.peek() == "{":
            bounds = self.braces()
        if bounds is None:
            return atom
        if isinstance(atom, Start | End):
            return Beyond("a repeated anchor")
        self.take("?")
        if self.peek() in ("*", "+", "?") and self.peek():
            raise BadPattern("nothing to repeat", self.at)
        low, high = bounds
        if high is not None and high < low:
            raise BadPattern("the range of the quantifier is out of order", self.at)
        return Repeat(atom, low, high)

    def braces(self) -> tuple[int, int | None] | None:
        close = self.text.find("}", self.at)
        body = self.text[self.at + 1 : close] if close > 0 else ""
        low, comma, high = body.partition(",")
        numbers = [low, high] if high else [low]
        if not all(each.isascii() and each.isdigit() for each in numbers):
            return None  # a literal brace, as browsers read it
        if any(len(each) > 18 for each in numbers):
            raise BadPattern("the quantifier is too large", self.at)
        self.at = close + 1
        if not comma:
            return int(low), int(low)
        return int(low), int(high) if high else None

    def atom(self, depth: int) -> Node:
        start = self.at
        self.at += 1
        match self.text[start]:
            case "^":
                return Start()
            case "$":
                return End()
            case ".":
                return Chars(DOT)
            case "(":
                return self.group(depth, start)
            case "[":
                return Chars(self.bracket(start))
            case "\\":
                return self.escape(start)
            case "*" | "+" | "?":
                raise BadPattern("nothing to repeat", start)
            case "{":
                self.at = start
                if self.braces() is not None:
                    raise BadPattern("nothing to repeat", start)
                self.at = start + 1
                return _one(ord("{"))
            case char:
                return _one(ord(char))

    def group(self, depth: int, start: int) -> Node:
        beyond = None
        if self.take("?"):
            if self.take(":"):
                pass
            elif self.take("=") or self.take("!"):
                beyond = "look-ahead"
            elif self.take("<=") or self.take("<!"):
                beyond = "look-behind"
            elif self.take("<") or self.take("P<"):
                self.name(">")
            else:
                raise BadPattern("unknown kind of group", start)
        inner = self.alternatives(depth + 1)
        if not self.take(")"):
            raise BadPattern("missing closing parenthesis", start)
        return Beyond(beyond, width=False) if beyond else inner

    def name(self, close: str) -> str:
        end = self.text.find(close, self.at)
        name = self.text[self.at : end] if end > 0 else ""
        if not name.isidentifier():
            raise BadPattern("bad name", self.at)
        self.at = end + 1
        return name

    def escape(self, start: int) -> Node:
        char = self.peek()
        if char in ("b", "B"):
            self.at += 1
            return Beyond("a word boundary", width=False)
        if char == "k" and self.text.startswith("<", self.at + 1):
            self.at += 2
            self.name(">")
            return Beyond("a back-reference")
        if char and char in "123456789":
            while self.peek().isdigit():
                self.at += 1
            return Beyond("a back-reference")
        ranges = self.class_escape(start)
        if isinstance(ranges, Beyond):
            return ranges
        return Chars(ranges)

    def class_escape(self, start: int) -> Ranges | Beyond:
        """Read what follows a backslash, inside or outside brackets."""
        char = self.peek()
        if not char:
            raise BadPattern("the pattern ends in a backslash", start)
        self.at += 1
        if char in CLASSES:
            return CLASSES[char]
        if char in "pP" and self.take("{"):
            return self.property(negated=char == "P")
        if char == "c" and self.peek().isascii() and self.peek().isalpha():
            self.at += 1
            return _range(ord(self.text[self.at - 1]) % 32)
        if char == "x" and (point := self.hexadecimal(2)) is not None:
            return _range(point)
        if char == "u":
            return _range(self.unicode_escape())
        return _range(_ESCAPES.get(char, ord(char)))

    def property(self, *, negated: bool) -> Ranges | Beyond:
        end = self.text.find("}", self.at)
        if end < 0:
            raise BadPattern("missing closing brace", self.at)
        name = self.text[self.at : end]
        self.at = end + 1
        ranges = of_property(name)
        if ranges is None:
            return Beyond(f"the Unicode property {name!r}")
        return complement(ranges) if negated else ranges

    def unicode_escape(self) -> int:
        if self.take("{"):
            end = self.text.find("}", self.at)
            digits = self.text[self.at : end] if end > 0 else ""
            if not digits or len(digits) > 8 or not _is_hex(digits):
                raise BadPattern("bad Unicode escape", self.at)
            self.at = end + 1
            if (point := int(digits, 16)) > 0x10FFFF:
                raise BadPattern("no such Unicode character", self.at)
            return point
        high = self.hexadecimal(4)
        if high is None:
            return ord("u")
        if 0xD800 <= high < 0xDC00 and self.text.startswith("\\u", self.at):
            mark = self.at
            self.at += 2
            low = self.hexadecimal(4)
            if low is not None and 0xDC00 <= low < 0xE000:
                return 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00)
            self.at = mark
        return high

    def hexadecimal(self, count: int) -> int | None:
        digits = self.text[self.at : self.at + count]
        if len(digits) < count or not _is_hex(digits):
            return None
        self.at += count
        return int(digits, 16)

    def bracket(self, start: int) -> Ranges:
        negated = self.take("^")
        ranges: list[tuple[int, int]] = []
        while not self.take("]"):
            if not self.peek():
                raise BadPattern("missing closing bracket", start)
            first = self.member(start)
            dash = self.peek() == "-" and self.text[self.at + 1 : self.at + 2] != "]"
            if not dash or len(self.text) <= self.at + 1:
                ranges += first
                continue
            self.at += 1
            last = self.member(start)
            if not (_single(first) and _single(last)):
                ranges += [*first, *last, (45, 45)]
                continue
            if last[0][0] < first[0][0]:
                raise BadPattern("the range of characters is out of order", self.at)
            ranges.append((first[0][0], last[0][0]))
        return complement(ranges) if negated else union(ranges)

    def member(self, start: int) -> Ranges:
        char = self.peek()
        if not char:
            raise BadPattern("missing closing bracket", start)
        self.at += 1
        if char != "\\":
            return _range(ord(char))
        if self.take("b"):
            return _range(8)
        ranges = self.class_escape(self.at - 1)
        if isinstance(ranges, Beyond):
            raise _Unknown(ranges.what)
        return ranges


@dataclass(eq=False)
class _Unknown(Exception):
    """Something that is not known here stands inside brackets."""

    what: str


def _one(point: int) -> Node:
    return Chars(_range(point))


def _range(point: int) -> Ranges:
    return ((point, point),)


def _single(ranges: Ranges) -> bool:
    return len(ranges) == 1 and ranges[0][0] == ranges[0][1]


def _is_hex(digits: str) -> bool:
    return all(each in "0123456789abcdefABCDEF" for each in digits)

"""Where the messages, fields and enum values of a .proto text stand in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from compat.formats.protobuf.source import Token, tokens

__all__ = ["places"]

_BLOCKS = ("message", "enum", "oneof", "extend", "service")
_OTHERS = ("option", "reserved", "extensions", "rpc", "syntax", "edition", "import")


def places(text: str) -> Mapping[str, int]:
    """Return the offset of each name in ``text`` by its path, such as ``Order.id``.

    The text is known to compile. The package stands under its own name.
    """
    return dict(_Scan(text).found())


class _Scan:
    """Reads statements; the scope holds (block, name), ``option`` blocks too."""

    def __init__(self, text: str) -> None:
        self.tokens = tokens(text)
        self.scope: list[tuple[str, str]] = []

    def found(self) -> Iterator[tuple[str, int]]:
        statement: list[Token] = []
        options = 0  # depth within the [...] of a field
        for token in self.tokens:
            if token.text in "[]":
                options += 1 if token.text == "[" else -1
            elif options:
                continue
            elif token.text in ("{", "}", ";"):
                yield from self._end(statement, token.text)
                statement = []
            else:
                statement.append(token)

    def _end(self, statement: list[Token], sign: str) -> Iterator[tuple[str, int]]:
        if sign == "}":
            if self.scope:
                self.scope.pop()
        elif sign == "{":
            yield from self._open(statement)
        elif statement:
            yield from self._named(statement)

    def _open(self, statement: list[Token]) -> Iterator[tuple[str, int]]:
        words = [each.text for each in statement]
        if words and words[0] in ("export", "local"):
            statement, words = statement[1:], words[1:]
        if "group" in words and "=" in words:
            name = statement[words.index("=") - 1]
            yield self._path(name.text.lower()), name.start
            self.scope.append(("message", name.text))
        elif len(words) > 1 and words[0] in _BLOCKS:
            if words[0] in ("message", "enum", "oneof"):
                yield self._path(words[1]), statement[1].start
            self.scope.append((words[0], words[1]))
        else:
            self.scope.append(("option", ""))

    def _named(self, statement: list[Token]) -> Iterator[tuple[str, int]]:
        words = [each.text for each in statement]
        if not self.scope:
            if words[0] == "package":
                yield "".join(words[1:]), statement[0].start
            return
        block = self.scope[-1][0]
        if block in ("message", "oneof", "enum") and "=" in words[1:]:
            name = statement[words.index("=", 1) - 1]
            if words[0] not in _OTHERS or block == "enum":
                yield self._path(name.text), name.start

    def _path(self, name: str) -> str:
        outer = [each for block, each in self.scope if block in ("message", "enum")]
        return ".".join([*outer, name])

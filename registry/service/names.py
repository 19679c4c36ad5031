"""Subject names, and the contexts that qualify them.

`:.ctx:name` is the subject *name* in the context *.ctx*; a bare name is in
the default context `.`. Source: Confluent's schema contexts.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from registry.errors import BadRequest, InvalidSubject

__all__ = ["DEFAULT_CONTEXT", "GLOBAL_CONTEXT", "SubjectName", "context_name"]

DEFAULT_CONTEXT = "."
GLOBAL_CONTEXT = ".__GLOBAL"
# Bytes with the context: a row of PostgreSQL's indexes has room for 2,700.
_LONGEST = 2000
_RESERVED = frozenset({"__GLOBAL", "__EMPTY"})


@dataclass(frozen=True, slots=True)
class SubjectName:
    """A subject's name with its context; an empty name is the context itself."""

    context: str
    name: str

    @classmethod
    def parse(cls, text: str) -> SubjectName:
        """Read a name as clients write it, qualified or not."""
        if not text.startswith((":.", ":*:")):
            return cls(DEFAULT_CONTEXT, text)
        context, _, name = text[1:].partition(":")
        return cls(context, name)

    @property
    def qualified(self) -> str:
        """The name as answers show it and the store keys it."""
        if self.context == DEFAULT_CONTEXT:
            return self.name
        return f":{self.context}:{self.name}"

    @property
    def is_context(self) -> bool:
        """Whether this names a context as a whole rather than a subject in it."""
        return not self.name

    @property
    def scope(self) -> str:
        """The key of a config or mode; the default context's is the global one."""
        return self.qualified or f":{DEFAULT_CONTEXT}:"

    @property
    def scopes(self) -> tuple[str, ...]:
        """Where a config or mode is looked for: the subject, its context, all."""
        chain = (
            self.scope,
            f":{self.context}:",
            f":{GLOBAL_CONTEXT}:",
        )
        return tuple(dict.fromkeys(chain))

    @property
    def too_long(self) -> bool:
        """Whether the store's indexes may have no room for the name."""
        return len(self.qualified.encode()) > _LONGEST

    def sibling(self, text: str) -> SubjectName:
        """Return the subject that ``text`` means here: bare is in this context."""
        named = SubjectName.parse(text)
        if text.startswith(":") or named.context != DEFAULT_CONTEXT:
            return named
        return SubjectName(self.context, named.name)

    def validate(self, *, scope: bool = False) -> None:
        """Raise `InvalidSubject` unless schemas can be registered under the name.

        ``scope`` allows what only configs and modes can be about.
        """
        wrong = (
            _has_control(self.qualified)
            or self.name in _RESERVED
            or (self.context == GLOBAL_CONTEXT and not (scope and self.is_context))
            or "*" in self.context
        )
        if wrong:
            raise InvalidSubject(self.qualified)
        if self.too_long:
            raise InvalidSubject(
                f"{self.qualified[:60]}...", f"It is longer than {_LONGEST} bytes."
            )

    def __str__(self) -> str:
        return self.qualified


def _has_control(text: str) -> bool:
    # Control characters are among those that cannot be printed, and most texts can.
    if text.isprintable():
        return False
    return any(unicodedata.category(each) == "Cc" for each in text)


def context_name(text: str) -> str:
    """Return a context's name as stored: with its dot, without colons around it.

    Raises `BadRequest` when a colon is inside, `InvalidSubject` for a NUL, which
    PostgreSQL could not even look for.
    """
    name = text.removeprefix(":").removesuffix(":")
    if "\0" in name:
        raise InvalidSubject(name)
    if ":" in name:
        raise BadRequest(f"Context name '{name}' cannot contain a colon")
    return name if name.startswith(".") else f".{name}"

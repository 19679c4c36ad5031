"""The text of a generated function, and the objects it refers to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from registry.client.serdes._errors import UnusableSchema

__all__ = ["MAX_DEPTH", "Source", "literal"]

MAX_DEPTH = 12
"""Deeper types get a function of their own: Python nests only 20 loops."""

MAX_LINES = 20_000
"""Longer sources are not worth compiling; fastavro takes such schemas."""

LONG = 2_000
"""From here on a type that is used twice is not written out twice."""


class Source:
    """Lines of Python, built only from this package's own templates.

    Text of a schema enters in one form alone: through `literal`, as a string
    constant. Everything else of it is an object behind a made-up name.
    """

    def __init__(self, objects: dict[str, Any]) -> None:
        self.lines: list[str] = []
        self.objects = dict(objects)
        self._count = 0

    def name(self) -> str:
        """Return a variable name that is not used yet."""
        self._count += 1
        return f"v{self._count}"

    def object(self, value: Any) -> str:
        """Return the name under which the code finds ``value``."""
        name = f"K{len(self.objects)}"
        self.objects[name] = value
        return name

    def add(self, depth: int, line: str) -> None:
        """Append a line at an indentation."""
        self.insert(len(self.lines), depth, line)

    def insert(self, at: int, depth: int, line: str) -> None:
        """Put a line, at an indentation, before the one of index ``at``."""
        if len(self.lines) >= MAX_LINES:
            raise UnusableSchema("the schema is too large for generated code")
        self.lines.insert(at, " " * depth + line)

    @property
    def long(self) -> bool:
        """Whether named types should be functions now, not copies of their code."""
        return len(self.lines) > LONG

    def build(self, function: str) -> Callable[..., Any]:
        """Compile the lines, and return the function called ``function``."""
        code = compile("\n".join(self.lines), "<avro codec>", "exec")
        namespace = self.objects
        exec(code, namespace)  # noqa: S102  # see the class: no foreign text in it
        return namespace[function]  # type: ignore[no-any-return]


def literal(text: str) -> str:
    """Return ``text`` as a Python string constant, whatever is in it."""
    if type(text) is not str:
        raise TypeError(f"not a plain string: {text!r}")
    return ascii(text)

"""The one interface a format implements, and how formats are found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, Protocol, runtime_checkable

from compat import formats as builtin
from compat.budget import Budget
from compat.errors import UnknownFormat
from compat.limits import Limits
from compat.rules import RuleSet
from compat.verdict import Direction, Finding, Location, Reading

__all__ = [
    "NO_LIMITS",
    "SUFFIXES",
    "Edit",
    "Format",
    "History",
    "Summary",
    "all_formats",
    "format_named",
]

NO_LIMITS = Limits()

_FOLDERS = {"AVRO": "avro", "JSON": "jsonschema", "PROTOBUF": "protobuf"}
"""Where a format is found without importing the others; a test keeps it whole."""

SUFFIXES: Mapping[str, str] = {
    ".avsc": "AVRO",
    ".schema.json": "JSON",
    ".jsonschema": "JSON",
    ".proto": "PROTOBUF",
}
"""File endings that mean a format: known without importing any.

Files of a format from elsewhere are told by its name, since to ask every
installed package costs more than a check does.
"""


@dataclass(frozen=True, slots=True)
class Edit:
    """A proposal: one of the two schemas, changed so that a finding goes away.

    ``side`` is the direction in which the edited schema is the new one:
    BACKWARD when the reader was edited, FORWARD when the writer was.
    """

    side: Direction
    advice: str
    text: str


class Summary(Protocol):
    """What is known of several versions taken together, so one question does.

    Given to `compat.check`, which then reads only the suspects; notes are only
    given for those and for the newest version.
    """

    def __len__(self) -> int:
        """Return the number of versions."""

    def suspects(self, schema: Any, direction: Direction) -> frozenset[int]:
        """Return the versions that may have a break or a loss, counted from 0.

        ``schema`` is the new one: the reader when ``direction`` is BACKWARD.
        All others are proved to have neither.
        """


class History(Summary, Protocol):
    """A summary that grows with each version.

    A format may offer ``history()``, which returns an empty one for whoever
    keeps a subject's versions.
    """

    def extend(self, schema: Any) -> None:
        """Add the next version."""


@runtime_checkable
class Format(Protocol):
    """A schema format: how to read it, and how to compare two schemas of it.

    ``name`` is Confluent's schema type. ``transitive`` says that proofs
    compose: where A reads all of B's data and B all of C's, A reads all of C's.
    """

    name: str
    rules: RuleSet
    transitive: bool

    def parse(
        self,
        text: str,
        references: Mapping[str, str] | None = None,
        *,
        strict: bool = True,
        limits: Limits = NO_LIMITS,
    ) -> Any:
        """Return the `compat.Schema` of ``text``, or raise `InvalidSchema`.

        ``references`` maps the name of each schema of the transitive closure
        to its text, what others need first. ``strict`` is how a new schema is
        read; a stored one is read leniently (defaults unchecked), since an
        older release may have accepted it. Nothing is ever fetched.
        """

    def can_read(self, reader: Any, writer: Any, budget: Budget) -> Reading:
        """Find each way in which ``reader`` refuses or misreads ``writer``'s data.

        Raises `BudgetSpent` when the answer would take more steps.
        """

    def normalize(self, schema: Any) -> str:
        """Return the text that all spellings of ``schema`` share."""

    def identity(self, schema: Any) -> str:
        """Return a text that is equal for schemas that count as the same.

        Registering the second of two such schemas adds nothing. Confluent's
        ``canLookup``: for Avro the order of attributes does not count but
        fields, docs, aliases, defaults and properties do; the others compare
        canonical texts.
        """

    def render(self, schema: Any, style: str) -> str:
        """Return the text in the ``format=`` that a client asked for.

        ``resolved`` for Avro; ``serialized`` and ``ignore_extensions`` for
        Protobuf; any other style is the canonical text.
        """

    def field_names(self, schema: Any) -> tuple[str, ...]:
        """Return the names of the top-level fields, in schema order."""

    def locate(self, schema: Any, path: str) -> Location | None:
        """Return where ``path`` of a finding stands in the schema's own text."""

    def edits(self, reader: Any, writer: Any, finding: Finding) -> Iterable[Edit]:
        """Propose schemas without ``finding``, the least intrusive first."""


@cache
def all_formats() -> Mapping[str, Format]:
    """Return every format by name: those in `compat.formats`, then plugins."""
    return {each.name: each for each in _found()}


def _found() -> Iterator[Format]:
    for module in iter_modules(builtin.__path__, f"{builtin.__name__}."):
        yield import_module(module.name).FORMAT
    # Costs a command that needs one built-in format more than that format does.
    from importlib.metadata import entry_points

    for point in entry_points(group=builtin.__name__):
        yield point.load()


@cache
def format_named(name: str) -> Format:
    """Return the format called ``name``, or raise `UnknownFormat`."""
    if name in _FOLDERS:
        module = import_module(f"{builtin.__name__}.{_FOLDERS[name]}")
        format: Format = module.FORMAT
        return format
    try:
        return all_formats()[name]
    except KeyError:
        raise UnknownFormat(name=name, known=tuple(sorted(all_formats()))) from None

"""A registry in memory, written from Confluent's documented behaviour.

It knows nothing of the server's code: the state machine asks both and compares.
Answers are `(status, body)`, errors `(status, error_code)`. Where Dovetail differs
on purpose (`docs/reference/differences.md`), so does this.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.api.model_schemas import Content, readable, shape

__all__ = ["Answer", "Model", "Row", "split"]

Answer = tuple[int, Any]

GLOBAL = ":.:"
IMPORTING = ("IMPORT", "FORWARD")


class Refused(Exception):
    """The request is answered with an error."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.answer: Answer = (code // 100, code)


@dataclass
class Row:
    """One version of a subject."""

    number: int
    content: Content
    id: int
    deleted: bool = False


@dataclass
class Model:
    """Subjects by qualified name, and what is set for scopes."""

    subjects: dict[str, list[Row]] = field(default_factory=dict)
    configs: dict[str, str] = field(default_factory=dict)
    modes: dict[str, str] = field(default_factory=dict)
    contexts: set[str] = field(default_factory=lambda: {"."})
    last_ids: dict[str, int] = field(default_factory=dict)

    # What is stored, seen from several sides.

    def rows(self, subject: str, *, deleted: bool = True) -> list[Row]:
        return [
            each
            for each in self.subjects.get(subject, ())
            if deleted or not each.deleted
        ]

    def row(self, subject: str, number: int) -> Row | None:
        return next((r for r in self.rows(subject) if r.number == number), None)

    def in_context(self, context: str) -> Iterator[tuple[str, Row]]:
        for subject in sorted(self.subjects):
            if split(subject)[0] == context:
                yield from ((subject, each) for each in self.subjects[subject])

    def holders(self, context: str, id: int) -> list[tuple[str, Row]]:
        return [(s, row) for s, row in self.in_context(context) if row.id == id]

    def id_of(self, context: str, content: Content) -> int | None:
        found = (
            row.id for _, row in self.in_context(context) if row.content == content
        )
        return next(found, None)

    def referrers(
        self, subject: str, number: int, *, deleted: bool
    ) -> list[tuple[str, Row]]:
        return [
            (name, row)
            for name in sorted(self.subjects)
            for row in self.rows(name, deleted=deleted)
            if row.content.reference is not None
            and self.target(name) == subject
            and row.content.reference == number
        ]

    def target(self, subject: str) -> str:
        """Return the subject that references made under ``subject`` mean."""
        context = split(subject)[0]
        return "base" if context == "." else f":{context}:base"

    def shape_of(self, subject: str, content: Content) -> Any:
        """Return what a content's text means under ``subject``, or refuse it."""
        if content.reference is None:
            return shape(content, None)
        row = self.row(self.target(subject), content.reference)
        if row is None or not row.content.name.startswith("base"):
            raise Refused(42201)
        return shape(content, shape(row.content, None))

    def resolve(self, subject: str, content: Content) -> Any:
        """Return the shape of a new content: references mean live versions."""
        if content.reference is not None:
            row = self.row(self.target(subject), content.reference)
            if row is None or row.deleted:
                raise Refused(42201)
        return self.shape_of(subject, content)

    # What is in force.

    def scopes(self, subject: str) -> list[str]:
        context = split(subject)[0]
        own = [subject] if split(subject)[1] else []
        return [*own, f":{context}:", ":.__GLOBAL:"]

    def around(self, subject: str) -> list[str]:
        """Return the scopes that ``subject`` is in: itself, its context, all."""
        return [subject, *self.scopes(subject)]

    def mode_of(self, subject: str) -> str:
        found = (self.modes[s] for s in self.scopes(subject) if s in self.modes)
        return next(found, "READWRITE")

    def level_of(self, subject: str) -> str:
        found = (self.configs[s] for s in self.scopes(subject) if s in self.configs)
        return next(found, "BACKWARD")

    def refuse_read_only(self, subject: str) -> None:
        if self.mode_of(subject).startswith("READONLY"):
            raise Refused(42205)

    # Writing.

    def register(
        self,
        subject: str,
        content: Content,
        *,
        id: int | None = None,
        version: int = 0,
        force: bool = False,
        dry_run: bool = False,
    ) -> Answer:
        if version == 0:
            # Posting again what is there is looked at before the mode is.
            self.resolve(subject, content)
        same = [r for r in self.rows(subject, deleted=False) if r.content == content]
        if version == 0 and same and id in (None, same[-1].id):
            return 200, (same[-1].id, same[-1].number)
        mode = self.mode_of(subject)
        if mode.startswith("READONLY") or (id is not None) != (mode in IMPORTING):
            raise Refused(42205)
        new = self.resolve(subject, content)
        if id is None:
            self._check(subject, new, force=force)
        if id is not None and (held := self.row(subject, version)) is not None:
            if (held.content, held.id, held.deleted) == (content, id, False):
                return 200, (held.id, held.number)
            raise Refused(42205)
        context = split(subject)[0]
        every = self.rows(subject)
        following = 1 + max((row.number for row in every), default=0)
        if id is None and version not in (0, following):
            raise Refused(42201)
        chosen = self._choose_id(context, content, id)
        number = version or following
        if not dry_run:
            self._write(subject, Row(number, content, chosen))
        return 200, (chosen, number)

    def _check(self, subject: str, new: Any, *, force: bool) -> None:
        if not force and not self.compatible(subject, new):
            raise Refused(40901)

    def compatible(
        self, subject: str, new: Any, versions: list[Row] | None = None
    ) -> bool:
        level = self.level_of(subject)
        old = self.rows(subject, deleted=False) if versions is None else versions
        if not level.endswith("_TRANSITIVE"):
            old = old[-1:]
        shapes = [self.shape_of(subject, row.content) for row in old]
        backward = level.startswith(("BACKWARD", "FULL"))
        forward = level.startswith(("FORWARD", "FULL"))
        return all(
            (not backward or readable(new, each))
            and (not forward or readable(each, new))
            for each in shapes
        )

    def _choose_id(self, context: str, content: Content, id: int | None) -> int:
        known = self.id_of(context, content)
        if id is None:
            return self.last_ids.get(context, 0) + 1 if known is None else known
        held = self.holders(context, id)
        if held and held[0][1].content != content:
            raise Refused(42205)
        return id

    def _write(self, subject: str, row: Row) -> None:
        context = split(subject)[0]
        self.contexts.add(context)
        self.last_ids[context] = max(self.last_ids.get(context, 0), row.id)
        kept = [
            old
            for old in self.rows(subject)
            if not (old.deleted and old.id == row.id and old.number < row.number)
            or self.referrers(subject, old.number, deleted=True)
        ]
        self.subjects[subject] = sorted([*kept, row], key=lambda each: each.number)

    def delete_version(
        self, subject: str, number: int | None, *, permanent: bool
    ) -> Answer:
        if not self.rows(subject):
            raise Refused(40401)
        live = self.rows(subject, deleted=False)
        if number is None:
            number = live[-1].number if live else 0
        row = self.row(subject, number)
        if row is None:
            raise Refused(40402)
        if row.deleted and not permanent:
            raise Refused(40406)
        self.refuse_read_only(subject)
        if self.referrers(subject, number, deleted=permanent):
            raise Refused(42206)
        if permanent:
            if not row.deleted:
                raise Refused(40407)
            self._purge(subject, [row])
        else:
            row.deleted = True
        return 200, number

    def delete_subject(self, subject: str, *, permanent: bool) -> Answer:
        if not self.rows(subject):
            raise Refused(40401)
        live = self.rows(subject, deleted=False)
        if not permanent and not live:
            raise Refused(40404)
        self.refuse_read_only(subject)
        if permanent and live:
            raise Refused(40405)
        gone = self.rows(subject) if permanent else live
        for row in gone:
            found = self.referrers(subject, row.number, deleted=permanent)
            if any(name != subject for name, _ in found):
                raise Refused(42206)
        if permanent:
            self._purge(subject, gone)
        for row in gone:
            row.deleted = True
        return 200, [row.number for row in gone]

    def undelete_version(self, subject: str, number: int) -> Answer:
        if not self.rows(subject):
            raise Refused(40401)
        row = self.row(subject, number)
        if row is None:
            raise Refused(40402)
        self.refuse_read_only(subject)
        row.deleted = False
        return 200, number

    def _purge(self, subject: str, gone: list[Row]) -> None:
        kept = [row for row in self.rows(subject) if row not in gone]
        self.subjects[subject] = kept
        if not kept:
            del self.subjects[subject]
            self.configs.pop(subject, None)
            self.modes.pop(subject, None)

    def delete_context(self, context: str) -> Answer:
        if any(True for _ in self.in_context(context)):
            raise Refused(42211)
        self.contexts -= {context} - {"."}
        return 204, None

    # Configs and modes.

    def put_config(self, scope: str, level: str) -> Answer:
        self.refuse_read_only(scope)
        self.configs[scope] = level
        return 200, level

    def get_config(self, scope: str, *, effective: bool) -> Answer:
        if effective:
            return 200, self.level_of(scope)
        if scope in self.configs or scope == GLOBAL:
            return 200, self.configs.get(scope, "BACKWARD")
        raise Refused(40408)

    def delete_config(self, scope: str) -> Answer:
        self.refuse_read_only(scope)
        if scope not in self.configs and scope != GLOBAL:
            raise Refused(40401)
        return 200, self.configs.pop(scope, "BACKWARD")

    def put_mode(self, scope: str, mode: str, *, force: bool) -> Answer:
        if mode == "IMPORT" and self.mode_of(scope) != "IMPORT":
            inside = [s for s in self.subjects if scope in self.around(s)]
            if not force and any(self.rows(s, deleted=False) for s in inside):
                raise Refused(42205)
            for subject in sorted(inside):
                self._purge(subject, [r for r in self.rows(subject) if r.deleted])
        self.modes[scope] = mode
        return 200, mode

    def purge_is_referenced(self, scope: str) -> bool:
        """Whether entering IMPORT would purge a version that something refers to."""
        return any(
            row.deleted and self.referrers(subject, row.number, deleted=True)
            for subject, rows in self.subjects.items()
            for row in rows
            if scope in self.around(subject)
        )

    def get_mode(self, scope: str, *, effective: bool) -> Answer:
        if effective or scope in self.modes or scope == GLOBAL:
            return 200, self.mode_of(scope)
        raise Refused(40409)

    def delete_mode(self, scope: str) -> Answer:
        if scope not in self.modes:
            raise Refused(40401)
        return 200, self.modes.pop(scope)

    # Reading.

    def look_up(self, subject: str, content: Content, *, deleted: bool) -> Answer:
        for name in self._places(subject):
            self.shape_of(name, content)
            same = [r for r in self.rows(name, deleted=deleted) if r.content == content]
            if same:
                return 200, (name, same[-1].id, same[-1].number)
        raise Refused(40403 if self.rows(subject, deleted=deleted) else 40401)

    def get_version(self, subject: str, number: int | None, *, deleted: bool) -> Answer:
        places = [subject] if self.rows(subject) else list(self._places(subject))
        for name in places:
            rows = self.rows(name, deleted=deleted and number is not None)
            wanted = rows[-1:] if number is None else rows
            for row in wanted:
                if number in (None, row.number):
                    return 200, (name, row.id, row.number, row.deleted)
        raise Refused(40402 if self.rows(subject, deleted=deleted) else 40401)

    def _places(self, subject: str) -> Iterator[str]:
        yield subject
        if not subject.startswith(":"):
            yield from (
                s
                for s in sorted(self.subjects)
                if s != subject and split(s)[1] == subject
            )

    def list_versions(self, subject: str, which: str) -> Answer:
        every = self.rows(subject)
        if which == "deletedAsNegative":
            found = [-r.number if r.deleted else r.number for r in every]
        elif which == "deletedOnly":
            found = [r.number for r in every if r.deleted]
        else:
            found = [r.number for r in every if which == "deleted" or not r.deleted]
        if not found:
            raise Refused(40401)
        return 200, found

    def list_subjects(self, prefix: str, which: str) -> Answer:
        found = []
        for subject, rows in self.subjects.items():
            live = any(not row.deleted for row in rows)
            if (which == "deletedOnly") == live and which != "deleted":
                continue
            if (
                prefix == ":*:"
                or subject.startswith(prefix or "\0")
                or (not prefix and not subject.startswith(":"))
            ):
                found.append(subject)
        return 200, sorted(found)

    def get_by_id(self, context: str, id: int) -> Answer:
        held = self.holders(context, id)
        if not held:
            raise Refused(40403)
        return 200, (held[0][1].content, all(row.deleted for _, row in held))

    def versions_of_id(self, context: str, id: int, *, deleted: bool) -> Answer:
        held = self.holders(context, id)
        if not held:
            raise Refused(40403)
        newest = {s: row.number for s, row in held if deleted or not row.deleted}
        return 200, sorted(newest.items())

    def referenced_by(self, subject: str, number: int, *, deleted: bool) -> Answer:
        _, found = self.get_version(subject, number, deleted=True)
        holders = self.referrers(found[0], number, deleted=deleted)
        ids = sorted({(split(name)[0], row.id) for name, row in holders})
        return 200, [id for _, id in ids]

    def check(self, subject: str, content: Content, version: int | str) -> Answer:
        live = self.rows(subject, deleted=False)
        against = live
        if version == "latest":
            against = live[-1:]
        elif version:
            against = [row for row in live if row.number == version]
            if not against:
                raise Refused(40402)
        return 200, self.compatible(subject, self.resolve(subject, content), against)


def split(subject: str) -> tuple[str, str]:
    """Return context and name of a subject or scope."""
    if not subject.startswith(":"):
        return ".", subject
    context, _, name = subject[1:].partition(":")
    return context, name

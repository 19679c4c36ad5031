"""Random histories of a registry, each answer compared with the model's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from tests.api.model import Answer, Model, Refused, split
from tests.api.model_schemas import CONTENTS, Content, request
from tests.api.serving import Api, segment

__all__ = ["machine"]

LEVELS = (
    "NONE",
    "BACKWARD",
    "BACKWARD_TRANSITIVE",
    "FORWARD",
    "FORWARD_TRANSITIVE",
    "FULL",
    "FULL_TRANSITIVE",
)
SUBJECTS = ["orders", "a/b", "base", ":.x:orders", ":.x:base", ":.x:only here"]
SCOPES = st.sampled_from(
    ["orders", "base", ":.x:orders", ":.x:", ":.:", ":.__GLOBAL:", ":.x:base"]
)
CONTENT = st.sampled_from(CONTENTS)
CONTEXTS = st.sampled_from([".", ".x"])
DATA = st.data()
FLAG = st.booleans()
MODES = st.sampled_from(["READWRITE", "READWRITE", "READONLY", "IMPORT"])


def machine(start: Callable[[], Api]) -> type[RuleBasedStateMachine]:
    """Return a machine that begins each history with an empty registry."""

    class Bound(Histories):
        def __init__(self) -> None:
            super().__init__()
            self.api = start()

    return Bound


class Histories(RuleBasedStateMachine):
    """Requests, each sent to the server and asked of the model."""

    api: Api

    def __init__(self) -> None:
        super().__init__()
        self.model = Model()

    def same(
        self,
        answer: tuple[int, Any],
        expected: Callable[[], Answer],
        read: Callable[[Any], Any] = lambda body: body,
    ) -> None:
        """Compare an answer, of which ``read`` takes what the model knows."""
        status, body = answer
        shown = read(body) if status < 400 else body["error_code"]
        try:
            wanted = expected()
        except Refused as refused:
            wanted = refused.answer
        assert (status, shown) == wanted, body

    # What a request names is mostly there.

    def subject(self, data: st.DataObject) -> str:
        """Draw a subject."""
        return data.draw(st.sampled_from([*self.model.subjects, *SUBJECTS]))

    def content(self, data: st.DataObject, subject: str) -> Content:
        """Draw a schema, every other time one that the subject holds or held."""
        there = [row.content for row in self.model.rows(subject)]
        return data.draw(st.sampled_from([*(there or CONTENTS), *CONTENTS[:4]]))

    def number(self, data: st.DataObject, subject: str) -> int:
        """Draw a version number."""
        there = [row.number for row in self.model.rows(subject)]
        return data.draw(st.sampled_from([*there, *there, *there, 1, 2, 6]))

    def id(self, data: st.DataObject, context: str) -> int:
        """Draw an id."""
        there = [row.id for _, row in self.model.in_context(context)]
        return data.draw(st.sampled_from([*there, *there, 1, 9]))

    @initialize(data=DATA)
    def fill(self, data: st.DataObject) -> None:
        """Begin with a few versions."""
        for subject, name in (("base", "base1"), (":.x:base", "base1")):
            self.register_under_the_level(data, Content(name), subject)
        for _ in range(data.draw(st.integers(0, 4))):
            self.register_under_the_level(data, data.draw(CONTENT))

    # Registering.

    @rule(data=DATA, force=FLAG, dry_run=FLAG)
    def register(self, data: st.DataObject, force: bool, dry_run: bool) -> None:
        subject = self.subject(data)
        content = self.content(data, subject)
        flags = f"?force={force}&dryRun={dry_run}"
        self.same(
            self.api.post(f"{path(subject)}/versions{flags}", request(content)),
            lambda: self.model.register(subject, content, force=force, dry_run=dry_run),
            lambda body: (body["id"], body["version"]),
        )

    @rule(data=DATA, content=CONTENT)
    def register_under_the_level(
        self, data: st.DataObject, content: Content, subject: str = ""
    ) -> None:
        subject = subject or self.subject(data)
        self.same(
            self.api.post(f"{path(subject)}/versions", request(content)),
            lambda: self.model.register(subject, content),
            lambda body: (body["id"], body["version"]),
        )

    @rule(data=DATA, content=CONTENT, version=st.integers(0, 6))
    def import_with_an_id(
        self, data: st.DataObject, content: Content, version: int
    ) -> None:
        subject = self.subject(data)
        known = self.model.id_of(split(subject)[0], content)
        id = self.id(data, split(subject)[0]) if known is None else known
        if data.draw(st.booleans()):
            self.put_mode(subject, "IMPORT", True)
        if self.model.id_of(split(subject)[0], content) not in (None, id):
            return  # nowhere is said which of two ids of one content counts then
        body = request(content) | {"id": id, "version": version}
        self.same(
            self.api.post(f"{path(subject)}/versions", body),
            lambda: self.model.register(subject, content, id=id, version=version),
            lambda found: (found["id"], found["version"]),
        )

    @rule(data=DATA)
    def delete_and_register_again(self, data: st.DataObject) -> None:
        """Soft-delete a version, and post what it held once more."""
        subject = self.subject(data)
        if rows := self.model.rows(subject, deleted=False):
            row = data.draw(st.sampled_from(rows))
            self.delete(subject, row.number, permanent=False)
            self.register_under_the_level(data, row.content, subject)
            self.list_of_versions(subject, "deletedAsNegative")

    # Deleting and restoring.

    @rule(data=DATA, latest=FLAG, permanent=FLAG)
    def delete_version(
        self, data: st.DataObject, latest: bool, permanent: bool
    ) -> None:
        subject = self.subject(data)
        self.delete(
            subject, None if latest else self.number(data, subject), permanent=permanent
        )

    def delete(self, subject: str, number: int | None, *, permanent: bool) -> None:
        """Delete a version."""
        which = "latest" if number is None else number
        self.same(
            self.api.delete(f"{path(subject)}/versions/{which}?permanent={permanent}"),
            lambda: self.model.delete_version(subject, number, permanent=permanent),
        )

    @rule(data=DATA, permanent=FLAG)
    def delete_subject(self, data: st.DataObject, permanent: bool) -> None:
        subject = self.subject(data)
        self.same(
            self.api.delete(f"{path(subject)}?permanent={permanent}"),
            lambda: self.model.delete_subject(subject, permanent=permanent),
        )

    @rule(data=DATA)
    def undelete_version(self, data: st.DataObject) -> None:
        subject = self.subject(data)
        number = self.number(data, subject)
        self.same(
            self.api.post(f"{path(subject)}/versions/{number}/undelete"),
            lambda: self.model.undelete_version(subject, number),
        )

    @rule(context=st.sampled_from([".x", ".y"]))
    def delete_context(self, context: str) -> None:
        self.same(
            self.api.delete(f"/contexts/{context}"),
            lambda: self.model.delete_context(context),
        )

    # Configs and modes.

    @rule(scope=SCOPES, level=st.sampled_from(LEVELS))
    def put_config(self, scope: str, level: str) -> None:
        self.same(
            self.api.put(f"/config/{segment(scope)}", {"compatibility": level}),
            lambda: self.model.put_config(scope, level),
            lambda body: body["compatibility"],
        )

    @rule(scope=SCOPES, effective=FLAG)
    def get_config(self, scope: str, effective: bool) -> None:
        self.same(
            self.api.get(f"/config/{segment(scope)}?defaultToGlobal={effective}"),
            lambda: self.model.get_config(scope, effective=effective),
            lambda body: body["compatibilityLevel"],
        )

    @precondition(lambda self: self.model.configs)
    @rule(data=DATA)
    def delete_config(self, data: st.DataObject) -> None:
        there = sorted(self.model.configs)
        scope = data.draw(st.sampled_from([*there, *there, "a/b"]))
        self.same(
            self.api.delete(f"/config/{segment(scope)}"),
            lambda: self.model.delete_config(scope),
            lambda body: body["compatibilityLevel"],
        )

    @rule(scope=SCOPES, mode=MODES, force=FLAG)
    def put_mode(self, scope: str, mode: str, force: bool) -> None:
        if mode == "IMPORT" and self.model.purge_is_referenced(scope):
            return  # which of two versions that refer to one another goes first
        self.same(
            self.api.put(f"/mode/{segment(scope)}?force={force}", {"mode": mode}),
            lambda: self.model.put_mode(scope, mode, force=force),
            lambda body: body["mode"],
        )

    @rule(scope=SCOPES, effective=FLAG)
    def get_mode(self, scope: str, effective: bool) -> None:
        self.same(
            self.api.get(f"/mode/{segment(scope)}?defaultToGlobal={effective}"),
            lambda: self.model.get_mode(scope, effective=effective),
            lambda body: body["mode"],
        )

    @precondition(lambda self: self.model.modes)
    @rule(data=st.data())
    def delete_mode(self, data: st.DataObject) -> None:
        there = sorted(self.model.modes)
        scope = data.draw(st.sampled_from([*there, *there, "a/b"]))
        self.same(
            self.api.delete(f"/mode/{segment(scope)}"),
            lambda: self.model.delete_mode(scope),
            lambda body: body["mode"],
        )

    # Reading.

    @rule(data=DATA, deleted=FLAG)
    def look_up(self, data: st.DataObject, deleted: bool) -> None:
        subject = self.subject(data)
        content = self.content(data, subject)
        self.same(
            self.api.post(f"{path(subject)}?deleted={deleted}", request(content)),
            lambda: self.model.look_up(subject, content, deleted=deleted),
            lambda body: (body["subject"], body["id"], body["version"]),
        )

    @rule(data=DATA, latest=FLAG, deleted=FLAG)
    def get_version(self, data: st.DataObject, latest: bool, deleted: bool) -> None:
        subject = self.subject(data)
        number = None if latest else self.number(data, subject)
        which = "latest" if number is None else number
        self.same(
            self.api.get(f"{path(subject)}/versions/{which}?deleted={deleted}"),
            lambda: self.model.get_version(subject, number, deleted=deleted),
            lambda body: (
                body["subject"],
                body["id"],
                body["version"],
                body.get("deleted", False),
            ),
        )

    @rule(
        data=DATA,
        which=st.sampled_from(["", "deleted", "deletedOnly", "deletedAsNegative"]),
    )
    def list_versions(self, data: st.DataObject, which: str) -> None:
        self.list_of_versions(self.subject(data), which)

    def list_of_versions(self, subject: str, which: str) -> None:
        """List versions."""
        self.same(
            self.api.get(f"{path(subject)}/versions?{which}=true"),
            lambda: self.model.list_versions(subject, which),
        )

    @rule(data=DATA, deleted=FLAG)
    def referenced_by(self, data: st.DataObject, deleted: bool) -> None:
        subject = self.subject(data)
        number = self.number(data, subject)
        self.same(
            self.api.get(
                f"{path(subject)}/versions/{number}/referencedby?deleted={deleted}"
            ),
            lambda: self.model.referenced_by(subject, number, deleted=deleted),
        )

    @rule(
        prefix=st.sampled_from([":*:", "", ":.x:", "or"]),
        which=st.sampled_from(["", "deleted", "deletedOnly"]),
    )
    def list_subjects(self, prefix: str, which: str) -> None:
        self.same(
            self.api.get(f"/subjects?subjectPrefix={prefix}&{which}=true"),
            lambda: self.model.list_subjects(prefix, which),
        )

    @rule(data=DATA, context=CONTEXTS)
    def get_by_id(self, data: st.DataObject, context: str) -> None:
        id = self.id(data, context)
        self.same(
            self.api.get(f"/schemas/ids/{id}?subject=:{context}:"),
            lambda: self.model.get_by_id(context, id),
            lambda body: (content_of(body), body.get("deleted", False)),
        )

    @rule(data=DATA, context=CONTEXTS, deleted=FLAG)
    def versions_of_id(self, data: st.DataObject, context: str, deleted: bool) -> None:
        id = self.id(data, context)
        self.same(
            self.api.get(
                f"/schemas/ids/{id}/versions?subject=:{context}:&deleted={deleted}"
            ),
            lambda: self.model.versions_of_id(context, id, deleted=deleted),
            lambda body: sorted((each["subject"], each["version"]) for each in body),
        )

    @rule(data=DATA, content=CONTENT, which=st.sampled_from(["latest", "", "number"]))
    def check(self, data: st.DataObject, content: Content, which: str) -> None:
        subject = self.subject(data)
        version = self.number(data, subject) if which == "number" else which
        self.same(
            self.api.post(
                f"/compatibility{path(subject)}/versions/{version}", request(content)
            ),
            lambda: self.model.check(subject, content, version),
            lambda body: body["is_compatible"],
        )

    @invariant()
    def contexts_are_the_same(self) -> None:
        assert self.api.get("/contexts") == (200, sorted(self.model.contexts))


def path(subject: str) -> str:
    """Return the path of a subject."""
    return f"/subjects/{segment(subject)}"


def content_of(body: dict[str, Any]) -> Content:
    """Return which of the contents an answer holds."""
    for content in CONTENTS:
        wanted = request(content)
        if body["schema"] == wanted["schema"].replace(": ", ":").replace(
            ", ", ","
        ) and (body.get("references") == wanted.get("references")):
            return content
    raise AssertionError(body)

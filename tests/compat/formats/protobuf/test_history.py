"""A history says of no version wrongly that a new schema goes with it."""

from __future__ import annotations

import pytest

from compat import Direction, Finding, InvalidSchema, Level, Report, Severity, check
from compat.formats.protobuf import FORMAT, ProtobufSchema
from tests.fuzz.protobuf_schemas import Files


def versions(seed: int, count: int) -> list[ProtobufSchema]:
    files = Files(seed)
    file = files.file()
    found: list[ProtobufSchema] = []
    while len(found) < count:
        changed = files.changed(file)
        try:
            found.append(FORMAT.parse(str(changed)))
        except InvalidSchema:
            continue
        file = changed
    return found


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("level", [Level.BACKWARD_TRANSITIVE, Level.FORWARD_TRANSITIVE])
def test_breaks_and_losses_are_those_of_all_pairs(seed: int, level: Level) -> None:
    *old, new = versions(seed, 9)
    history = FORMAT.history()
    for each in old:
        history.extend(each)
    numbered = list(enumerate(old, 1))

    pairwise = check(FORMAT, new, numbered, level, fixes=False)
    together = check(FORMAT, new, numbered, level, fixes=False, history=history)

    def harm(report: Report) -> list[Finding]:
        found = report.findings
        return [each for each in found if each.severity is not Severity.NOTE]

    assert harm(together) == harm(pairwise)
    assert together.verdict == pairwise.verdict


def test_fields_that_come_and_go_leave_no_suspects() -> None:
    history = FORMAT.history()
    for count in range(1, 60):
        fields = "".join(f"string f{n} = {n};" for n in range(max(1, count - 5), count))
        history.extend(FORMAT.parse(f'syntax = "proto3"; message A {{ {fields} }}'))

    new = FORMAT.parse('syntax = "proto3"; message A { string f58 = 58; }')

    assert history.suspects(new, Direction.BACKWARD) == frozenset()
    assert history.suspects(new, Direction.FORWARD) == frozenset()


def test_the_version_that_used_a_number_otherwise_is_the_only_suspect() -> None:
    history = FORMAT.history()
    for text in ("string a = 1;", "string a = 1; int32 b = 2;", "string a = 1;"):
        history.extend(FORMAT.parse(f'syntax = "proto3"; message A {{ {text} }}'))
    new = FORMAT.parse('syntax = "proto3"; message A { string a = 1; string b = 2; }')

    assert history.suspects(new, Direction.BACKWARD) == {1}


def test_extension_of_an_imported_message_that_changed() -> None:
    imports = {"i.proto": 'syntax = "proto2"; message M { extensions 9; }'}

    def version(kind: str, more: str = "") -> ProtobufSchema:
        own = f"message A {{ optional M m = 1; {more} }}"
        extended = f"extend M {{ optional {kind} x = 9; }}"
        text = f'syntax = "proto2"; import "i.proto"; {own} {extended}'
        return FORMAT.parse(text, imports)

    history = FORMAT.history()
    history.extend(version("int32"))
    history.extend(version("string"))

    new = version("string", "optional int32 b = 2;")

    assert history.suspects(new, Direction.BACKWARD) == {0}
    assert history.suspects(new, Direction.FORWARD) == {0}

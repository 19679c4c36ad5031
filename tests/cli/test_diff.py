"""``dovetail diff``: changes by path."""

from __future__ import annotations

import json
from typing import Any

from tests.cli.conftest import Repo, record, run
from tests.cli.test_formats import json_object, proto


def changes(*arguments: str) -> list[dict[str, Any]]:
    return json.loads(run("diff", "--format", "json", *arguments).stdout)["changes"]


def test_avro_fields_are_matched_by_name(repo: Repo) -> None:
    repo.stage("a.avsc", record("A", "x", "gone", {"name": "t", "type": "int"}))
    repo.commit()
    repo.write("a.avsc", record("A", {"name": "t", "type": "long"}, "x", "fresh"))

    done = run("diff", "a.avsc")

    assert done.stdout == (
        '~ /fields/t/type: "int" -> "long"\n'
        '+ /fields/fresh: {"name": "fresh", "type": "long"}\n'
        '- /fields/gone: {"name": "gone", "type": "long"}\n'
        "> /fields/t: from position 2 to 0\n"
        "> /fields/x: from position 0 to 1\n"
    )
    assert done.exit_code == 0


def test_protobuf(repo: Repo) -> None:
    repo.stage("a.proto", proto("message A { int32 x = 1; }"))
    repo.commit()
    repo.write("a.proto", proto("message A { int64 x = 1; reserved 4; }"))

    assert changes("a.proto") == [
        {
            "kind": "changed",
            "path": "/message_type/A/field/x/type",
            "old": "TYPE_INT32",
            "new": "TYPE_INT64",
        },
        {
            "kind": "added",
            "path": "/message_type/A/reserved_range",
            "new": [{"start": 4, "end": 5}],
        },
    ]


def test_json(repo: Repo) -> None:
    repo.stage("a.schema.json", json_object({"x": {"type": "integer"}}, "x"))
    repo.commit()
    repo.write("a.schema.json", json_object({"x": {"type": "integer", "minimum": 0}}))

    assert changes("a.schema.json") == [
        {"kind": "added", "path": "/properties/x/minimum", "new": 0},
        {"kind": "removed", "path": "/required/x", "old": "x"},
    ]


def test_white_space_is_no_change(repo: Repo) -> None:
    repo.stage("a.avsc", json.dumps(record("A", "x")))
    repo.commit()
    repo.write("a.avsc", record("A", "x"))

    assert changes("a.avsc") == []


def test_a_folder_is_no_file(repo: Repo) -> None:
    repo.write("none/read.me", "")
    repo.write("two/a.avsc", record("A", "x"))
    repo.write("two/b.avsc", record("B", "x"))

    for command in (
        ["diff"],
        ["config", "--file"],
        ["register", "--subject", "a", "--registry", "http://127.0.0.1:9"],
        ["lookup", "--subject", "a", "--registry", "http://127.0.0.1:9"],
    ):
        for folder, count in (("none", 0), ("two", 2)):
            done = run(*command, folder)
            assert done.exit_code == 2
            assert f"one schema file is needed, and here are {count}" in done.stderr


def test_what_was_not_there(repo: Repo) -> None:
    repo.commit()
    repo.write("a.avsc", record("A", "x"))

    done = run("diff", "a.avsc")

    assert done.exit_code == 3
    assert "HEAD has no a.avsc" in done.stderr

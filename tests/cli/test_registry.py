"""The commands that talk to a registry, with a real one."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.cli.conftest import Repo, outcomes, record, results, run
from tests.running import Dovetail


@pytest.fixture
def registry(
    repo: Repo, fresh_dovetail: Dovetail, monkeypatch: pytest.MonkeyPatch
) -> Dovetail:
    """An empty registry that the environment names."""
    monkeypatch.setenv("DOVETAIL_REGISTRY_URL", fresh_dovetail.url)
    return fresh_dovetail


def shown(*arguments: str) -> Any:
    done = run(*arguments, "--format", "json")
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


PROJECT = """\
[[files]]
path = "topics/{topic}/value.*"
subject = "{topic}-value"

[[files]]
path = "types/*.avsc"
subject = "{stem}"
"""


def test_from_the_first_version_to_the_last_delete(
    repo: Repo, registry: Dovetail
) -> None:
    repo.write("dovetail.toml", PROJECT)
    repo.write("topics/orders/value.avsc", record("Order", "id"))
    file = "topics/orders/value.avsc"

    first = run("register", file)
    assert first.stdout == "orders-value version 1, id 1\n", first.output
    assert run("register", file).stdout == first.stdout
    assert run("lookup", file).stdout == first.stdout
    x = {"name": "x", "type": "long", "default": 1}
    repo.write(file, record("Order", "id", x))
    assert run("register", file).stdout == "orders-value version 2, id 2\n"

    assert run("subjects").stdout == "orders-value\n"
    assert run("versions", "orders-value").stdout == (
        "    1  id 1  AVRO\n    2  id 2  AVRO\n"
    )
    assert json.loads(run("get", "orders-value", "1").stdout) == record("Order", "id")
    assert json.loads(run("get", "--id", "2").stdout) == record("Order", "id", x)
    assert shown("get", "orders-value")["version"] == 2
    assert shown("diff", "--subject", "orders-value")["changes"] == [
        {"kind": "added", "path": "/fields/x", "new": x}
    ]

    nobody = run("delete", "orders-value", "1")
    assert nobody.exit_code == 2
    assert "Pass --yes" in nobody.stderr
    assert run("delete", "orders-value", "1", "--yes").exit_code == 0
    assert [
        each["deleted"]
        for each in shown("versions", "orders-value", "--deleted")["versions"]
    ] == [True, False]
    assert run("undelete", "orders-value", "1").stdout == (
        "undeleted orders-value version 1\n"
    )
    assert len(shown("versions", "orders-value")["versions"]) == 2
    assert run("delete", "orders-value", "--yes").exit_code == 0
    assert run("delete", "orders-value", "--yes", "--permanent").exit_code == 0
    assert run("subjects", "--deleted").stdout == ""


def test_references_are_found_in_the_project(repo: Repo, registry: Dovetail) -> None:
    repo.write("dovetail.toml", PROJECT)
    repo.write("types/address.avsc", record("Address", "street"))
    repo.write(
        "topics/orders/value.avsc",
        record("Order", {"name": "to", "type": "shop.Address"}),
    )
    early = run("register", "topics/orders/value.avsc")
    assert early.exit_code == 3
    assert early.stderr == (
        "error: topics/orders/value.avsc refers to shop.Address in "
        "types/address.avsc, which subject address does not have\n"
        "  Register types/address.avsc first.\n"
    )

    assert run("register", "types/address.avsc").exit_code == 0
    assert run("register", "topics/orders/value.avsc").exit_code == 0

    assert shown("get", "orders-value")["references"] == [
        {"name": "shop.Address", "subject": "address", "version": 1}
    ]
    given = run(
        *("register", "topics/orders/value.avsc", "--subject", "other"),
        *("--reference", "shop.Address=address:latest"),
    )
    assert given.exit_code == 0, given.output


def test_a_check_at_the_level_of_the_registry(repo: Repo, registry: Dovetail) -> None:
    repo.write("dovetail.toml", PROJECT + '[[files]]\npath = "free.avsc"\n')
    file = "topics/orders/value.avsc"
    x = {"name": "x", "type": "long", "default": 1}
    repo.write("types/address.avsc", record("Address", "street"))
    to = {"name": "to", "type": "shop.Address"}
    assert run("register", "types/address.avsc").exit_code == 0
    for fields in (("id", to), ("id", to, x)):
        repo.write(file, record("Order", *fields))
        assert run("register", file).exit_code == 0
    repo.write(file, record("Order", "id", to, {**x, "default": 2}, "y"))

    assert outcomes("check", file, "--against-registry") == {file: "incompatible"}
    found = results("check", file, "--against-registry")[0]
    assert found["against"] == ["orders-value version 2"]

    run("config", "set", "orders-value", "--level", "backward_transitive")
    found = results("check", file, "--against-registry")[0]
    assert found["level"] == "BACKWARD_TRANSITIVE"
    assert found["against"] == ["orders-value version 1", "orders-value version 2"]

    run("config", "set", "orders-value", "--level", "NONE")
    assert outcomes("check", file, "--against-registry") == {file: "new"}
    assert outcomes("check", file, "--against-registry", "--subject", "never-seen") == {
        file: "new"
    }


def test_a_check_of_another_format_than_the_registry_has(
    repo: Repo, registry: Dovetail
) -> None:
    repo.write("a.avsc", record("A", "id"))
    repo.write("a.proto", 'syntax = "proto3";\nmessage A {}\n')
    assert run("register", "a.avsc", "--subject", "a").exit_code == 0

    found = results("check", "a.proto", "--against-registry", "--subject", "a")[0]

    assert [each["rule"] for each in found["issues"]] == ["FORMAT_CHANGED"]
    assert found["outcome"] == "incompatible"


def test_a_file_without_a_subject(repo: Repo, registry: Dovetail) -> None:
    repo.write("a.avsc", record("A", "id"))

    assert run("register", "a.avsc").exit_code == 2
    done = run("check", "a.avsc", "--against-registry")
    assert done.exit_code == 3
    assert "a.avsc: error SUBJECT_UNKNOWN" in done.stdout
    assert "no subject is known" in done.stdout.lower()


def test_config_and_mode(registry: Dovetail) -> None:
    assert run("config", "get").stdout == "compatibilityLevel = BACKWARD\n"
    assert run("config", "set", "--level", "FULL").exit_code == 2
    assert run("config", "set", "--level", "FULL", "--yes").exit_code == 0
    assert run("config", "get", "any").stdout == "compatibilityLevel = FULL\n"
    assert run("config", "set", "a", "--setting", "normalize=true").exit_code == 0
    assert shown("config", "get", "a")["config"]["normalize"] is True
    unknown = run("config", "set", "a", "--setting", "normalise=true")
    assert unknown.exit_code == 3
    assert "the registry knows no setting normalise" in unknown.stderr
    assert run("config", "unset", "a").stdout == "compatibilityLevel = FULL\n"

    assert run("mode", "get").stdout == "READWRITE\n"
    assert run("mode", "set", "READONLY", "a").stdout == "READONLY\n"
    assert run("mode", "get", "a").stdout == "READONLY\n"
    assert run("mode", "unset", "a").stdout == "READWRITE\n"


def test_a_variable_that_is_not_set_is_no_subject(
    repo: Repo, registry: Dovetail
) -> None:
    repo.write("a.avsc", record("A", "id"))

    for command in (
        ("config", "set", "", "--level", "NONE"),
        ("mode", "set", "READONLY", ""),
    ):
        done = run(*command)
        assert done.exit_code == 2
        assert "whole registry" in done.stderr
    assert run("mode", "get").stdout == "READWRITE\n"
    for command in (("register",), ("lookup",)):
        done = run(*command, "a.avsc", "--subject", "")
        assert done.exit_code == 2
        assert "the subject is empty" in done.stderr


def test_an_incompatible_registration(repo: Repo, registry: Dovetail) -> None:
    repo.write("a.avsc", record("A", "id"))
    run("register", "a.avsc", "--subject", "a")
    repo.write("a.avsc", record("A", "id", "x"))

    done = run("register", "a.avsc", "--subject", "a")

    assert done.exit_code == 1
    assert done.stderr == (
        "error: the registry refuses the schema\n"
        "  AVRO_FIELD_NO_DEFAULT at /fields/1: field 'x' of record shop.A has no "
        "default, and the writer's record does not have the field\n"
        "  dovetail check --against-registry says why, with examples.\n"
    )


def test_what_is_not_there(registry: Dovetail) -> None:
    done = run("get", "nope")

    assert done.exit_code == 3
    assert "Subject 'nope' not found" in done.stderr


def test_no_registry_is_named(repo: Repo) -> None:
    done = run("subjects")

    assert done.exit_code == 2
    assert "no registry is named" in done.stderr


def test_a_registry_that_is_away_and_a_password_that_stays_secret(repo: Repo) -> None:
    repo.write("a.avsc", record("A", "id"))
    url = "http://me:s3cret@127.0.0.1:9"

    for arguments in (
        ("subjects", "--registry", url),
        ("check", "a.avsc", "--subject", "a", "--against-registry", "--registry", url),
    ):
        done = run(*arguments)
        assert done.exit_code == 3
        assert "cannot be reached" in done.output
        assert "s3cret" not in done.output

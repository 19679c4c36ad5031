"""Finding and reading the project file."""

from __future__ import annotations

import json
import tomllib
from datetime import date
from pathlib import Path

import jsonschema
import pytest

from compat import Level, Policy
from registry.cli import config, project_file
from registry.cli.console import Misuse
from registry.cli.project import Accepted, FileRule, Project, Setting
from tests.cli.conftest import Repo, run

FULL = """\
level = "FULL"
policy = "LENIENT"
registry = "http://127.0.0.1:8081"
against = ["main"]
tags = "v*"
roots = ["proto", "schemas/"]
exclude = ["vendor/"]

[[files]]
path = "topics/{topic}/value.*"
subject = "{topic}-value"
level = "BACKWARD_TRANSITIVE"

[[files]]
path = "*.json"
subject = "{folder}.{stem}"
type = "JSON"
policy = "EXACT"

[[accept]]
rule = "AVRO_FIELD_NO_DEFAULT"
path = "topics/orders/*.avsc"
at = "/fields/1"
reason = "nobody reads it yet"
expires = 2027-01-31

[lint]
LINT_AVRO_DOC_MISSING = "error"
"""


def write(folder: Path, text: str, name: str = "dovetail.toml") -> Path:
    file = folder / name
    file.write_text(text)
    return file


def test_every_key(tmp_path: Path) -> None:
    project = project_file.load(write(tmp_path, FULL))

    assert project == Project(
        root=tmp_path,
        origin="dovetail.toml",
        level=Level.FULL,
        policy=Policy.LENIENT,
        registry="http://127.0.0.1:8081",
        against=("main",),
        tags="v*",
        roots=("proto", "schemas"),
        exclude=("vendor/",),
        files=(
            FileRule(
                "topics/{topic}/value.*",
                "{topic}-value",
                level=Level.BACKWARD_TRANSITIVE,
            ),
            FileRule("*.json", "{folder}.{stem}", "JSON", policy=Policy.EXACT),
        ),
        accepted=(
            Accepted(
                "AVRO_FIELD_NO_DEFAULT",
                "topics/orders/*.avsc",
                "nobody reads it yet",
                date(2027, 1, 31),
                "/fields/1",
            ),
        ),
        lint={"LINT_AVRO_DOC_MISSING": "error"},
        given=frozenset(project_file.TOP_KEYS),
    )


def test_the_first_table_that_matches_decides(tmp_path: Path) -> None:
    project = project_file.load(write(tmp_path, FULL))

    settings = project.settings("topics/orders/value.json")

    origin = "dovetail.toml: files[1] topics/{topic}/value.*"
    assert settings.subject == Setting("orders-value", origin)
    assert settings.level == Setting("BACKWARD_TRANSITIVE", origin)
    assert settings.policy == Setting("LENIENT", "dovetail.toml: policy")
    assert project.settings("a/b.c.json").subject == Setting(
        "a.b", "dovetail.toml: files[2] *.json"
    )


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("levl = 'FULL'", "dovetail.toml:1: unknown key 'levl'; did you mean 'level'?"),
        (
            "\nlevel = 'BACKWARDS'",
            "dovetail.toml:2: unknown level 'BACKWARDS'; did you mean 'BACKWARD'?",
        ),
        (
            "policy = 'x'",
            "dovetail.toml:1: unknown policy 'x'; known: STRICT, LENIENT, EXACT",
        ),
        ("level = 3", "dovetail.toml:1: level must be a string"),
        ("[[files]]\nsubject = 'a'", "dovetail.toml:1: each [[files]] needs a path"),
        (
            "[[files]]\npath = 'a'\nsubjet = 'b'",
            "dovetail.toml:3: unknown key 'subjet' in files; did you mean 'subject'?",
        ),
        (
            "[[files]]\npath = '{topic}/a'\nsubject = '{topc}-value'",
            "dovetail.toml:3: subject '{topc}-value' uses {topc}, which its path does "
            "not capture; did you mean 'topic'?",
        ),
        (
            "[[files]]\npath = 'a{b'",
            "dovetail.toml: pattern 'a{b': a { needs a name and a closing }",
        ),
        ("[files]\npath = 'a'", "files must be a list of tables: [[files]]"),
        (
            "[[accept]]\nrule = 'A'\npath = 'b'\nexpires = 2027-01-01",
            "dovetail.toml:1: each [[accept]] needs a reason",
        ),
        (
            "[[accept]]\nrule = 'A'\npath = 'b'\nreason = 'c'\nexpires = 'soon'",
            "dovetail.toml:5: accept needs an expires date, such as "
            "expires = 2027-01-31",
        ),
        (
            "[lint]\nLINT_X = 'on'",
            "dovetail.toml:2: lint.LINT_X must be one of off, warn, error",
        ),
        (
            "[[files]]\npath = '{topic}/a'\nsubject = '{}-value'",
            "dovetail.toml:3: subject '{}-value' uses {}, which its path does not "
            "capture",
        ),
        (
            "registry = 'https://me:secret@registry'",
            "dovetail.toml:1: registry holds credentials",
        ),
        ("roots = 3", "roots must be a string or a list of strings"),
    ],
)
def test_a_fault_is_named_with_its_line(tmp_path: Path, text: str, fault: str) -> None:
    with pytest.raises(Misuse) as caught:
        project_file.load(write(tmp_path, text))

    assert fault in caught.value.message
    assert "secret" not in caught.value.message


def test_a_byte_order_mark_is_passed_over(tmp_path: Path) -> None:
    assert project_file.load(write(tmp_path, "\ufefflevel = 'FULL'")).level == "FULL"


@pytest.mark.parametrize("text", ["tool = 5", "[tool]\ndovetail = 5"])
def test_a_pyproject_whose_tables_are_none(tmp_path: Path, text: str) -> None:
    file = tmp_path / "pyproject.toml"
    file.write_text(f"{text}  # [tool.dovetail]")

    with pytest.raises(Misuse, match="must be a table"):
        project_file.find(tmp_path)


def test_text_that_is_not_toml(tmp_path: Path) -> None:
    with pytest.raises(Misuse, match=r"dovetail\.toml is not TOML: Invalid value"):
        project_file.load(write(tmp_path, "level = "))


def test_the_nearest_file_wins_and_git_ends_the_search(tmp_path: Path) -> None:
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    write(tmp_path, 'level = "FULL"')
    write(tmp_path / "a", '[tool.dovetail]\nlevel = "FORWARD"', "pyproject.toml")
    assert project_file.find(inner).level is Level.FORWARD

    write(tmp_path / "a", 'level = "NONE"')
    assert project_file.find(inner).level is Level.NONE

    (inner / ".git").mkdir()
    assert project_file.find(inner) == Project(inner)


def test_a_pyproject_of_other_tools_is_passed_over(tmp_path: Path) -> None:
    inner = tmp_path / "a"
    inner.mkdir()
    write(tmp_path, 'level = "FULL"')
    write(inner, "[tool.ruff]\nline-length = 88", "pyproject.toml")

    assert project_file.find(inner).level is Level.FULL


def test_the_shipped_schema_and_the_reader_know_the_same_keys() -> None:
    schema = json.loads(config._SCHEMA.read_text())
    tables = {key: schema["properties"][key]["items"] for key in ("files", "accept")}

    assert tuple(schema["properties"]) == project_file.TOP_KEYS
    assert tuple(tables["files"]["properties"]) == project_file.FILE_KEYS
    assert tuple(tables["accept"]["properties"]) == project_file.ACCEPT_KEYS
    assert schema["$defs"]["level"]["enum"] == list(Level)
    assert schema["$defs"]["policy"]["enum"] == list(Policy)


def test_the_shipped_schema_takes_a_full_file_and_refuses_a_wrong_one() -> None:
    schema = json.loads(config._SCHEMA.read_text())
    validator = jsonschema.Draft202012Validator(schema)
    full = json.loads(json.dumps(tomllib.loads(FULL), default=str))

    validator.check_schema(schema)
    assert validator.is_valid(full)
    assert not validator.is_valid({**full, "levl": "FULL"})


def test_config_shows_what_is_in_force_and_from_where(repo: Repo) -> None:
    repo.write("dovetail.toml", 'level = "FULL"\nexclude = ["vendor/"]\n')

    shown = run("config").stdout.splitlines()

    assert "level    = FULL  (dovetail.toml: level)" in shown
    assert "policy   = STRICT  (default)" in shown
    assert 'exclude  = ["vendor/"]  (dovetail.toml: exclude)' in shown


def test_config_for_one_file(repo: Repo) -> None:
    repo.write("dovetail.toml", FULL)
    repo.write("topics/orders/value.avsc", '"string"')

    shown = json.loads(
        run("config", "--file", "topics/orders/value.avsc", "--format", "json").stdout
    )

    origin = "dovetail.toml: files[1] topics/{topic}/value.*"
    assert shown == {
        "version": 1,
        "type": {"value": "AVRO", "origin": "the file"},
        "subject": {"value": "orders-value", "origin": origin},
        "level": {"value": "BACKWARD_TRANSITIVE", "origin": origin},
        "policy": {"value": "LENIENT", "origin": "dovetail.toml: policy"},
    }


def test_a_wrong_project_file_is_a_usage_error(repo: Repo) -> None:
    repo.write("dovetail.toml", "levl = 1\n")

    done = run("check")

    assert done.exit_code == 2
    assert done.stderr == (
        "error: dovetail.toml:1: unknown key 'levl'; did you mean 'level'?\n"
    )
    assert run("check", "--isolated").exit_code == 0

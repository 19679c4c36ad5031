"""``rules``, ``explain`` and the command group itself."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from compat import all_formats
from compat.lint import ADVICE
from registry.cli import main
from registry.cli.main import COMMANDS
from tests.cli.conftest import ROOT, run


def test_every_rule_is_listed_and_explained() -> None:
    listed = json.loads(run("rules", "--format", "json").stdout)["rules"]

    known = [rule.id for each in all_formats().values() for rule in each.rules]
    assert [each["rule"] for each in listed] == known + [each.id for each in ADVICE]
    for rule in known:
        shown = run("explain", rule)
        assert shown.exit_code == 0
        assert "Why:" in shown.stdout


def test_rules_of_one_type() -> None:
    listed = json.loads(run("rules", "--type", "avro", "--format", "json").stdout)

    assert {each["rule"].split("_")[0] for each in listed["rules"]} <= {"AVRO", "LINT"}


def test_rules_of_a_type_that_nobody_knows() -> None:
    done = run("rules", "--type", "xml")

    assert done.exit_code == 2
    assert "unknown schema type 'XML'; known: AVRO, JSON, PROTOBUF" in done.stderr


def test_a_rule_that_is_nearly_right() -> None:
    done = run("explain", "avro_field_no_defalt")

    assert done.exit_code == 2
    assert "Did you mean AVRO_FIELD_NO_DEFAULT" in done.stderr


@pytest.mark.parametrize("name", COMMANDS)
def test_the_list_of_commands_says_what_each_says_of_itself(name: str) -> None:
    command = main.get_command(None, name)  # type: ignore[arg-type]

    assert command is not None
    assert command.name == name
    assert command.help
    done = run(name, "--help")
    assert done.exit_code == 0


def test_a_full_disk_is_no_fault_of_ours() -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "registry.cli", "rules"],
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )

    assert (done.returncode, done.stderr) == (3, "error: No space left on device\n")


def test_an_unknown_command() -> None:
    done = run("chek")

    assert done.exit_code == 2
    assert "chek" in done.stderr


@pytest.mark.parametrize(
    ("command", "database", "module", "extra"),
    [
        (("serve",), "postgresql://h/d", "sqlalchemy", "server"),
        (("db", "upgrade"), "sqlite:///d.db", "alembic", "server"),
        (("db", "upgrade"), "postgresql://h/d", "psycopg", "postgres"),
    ],
)
def test_what_is_not_installed_is_named(
    tmp_path: Path, command: tuple[str, ...], database: str, module: str, extra: str
) -> None:
    # What Python is told of as absent, it does not find.
    start = (
        f"import sys; sys.modules[{module!r}] = None; "
        "from registry.cli import main; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", start, *command],
        env=os.environ | {"PYTHONPATH": str(ROOT), "DOVETAIL_DATABASE_URL": database},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 3
    assert done.stderr == (
        f"error: this needs {module}, which is not installed\n"
        f"  pip install 'dovetail-registry[{extra}]' brings it.\n"
    )


START = "from registry.cli import main; main(prog_name='dovetail')"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("dovetail expo", ["plain,export"]),
        ("dovetail check --level full_", ["plain,full_transitive"]),
        ("dovetail check orders", ["file,orders"]),
        ("dovetail check --against old", ["file,old"]),
        ("dovetail register orders", ["file,orders"]),
        ("dovetail explain avro_field", ["plain,AVRO_FIELD_NO_DEFAULT"]),
    ],
)
def test_what_a_shell_completes(words: str, expected: list[str]) -> None:
    completing = {
        "_DOVETAIL_COMPLETE": "bash_complete",
        "COMP_WORDS": words,
        "COMP_CWORD": str(words.count(" ")),
    }
    done = subprocess.run(
        [sys.executable, "-c", START],
        env=os.environ | completing | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )

    assert done.stdout.split() == expected


def test_a_command_that_is_misspelt() -> None:
    done = run("chekc")

    assert done.exit_code == 2
    assert "No such command 'chekc'. Did you mean 'check'?" in done.stderr

"""``rules``, ``explain`` and the command group itself."""

from __future__ import annotations

import json

import pytest

from compat import all_formats
from compat.lint import ADVICE
from registry.cli import main
from registry.cli.main import COMMANDS
from tests.cli.conftest import run


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


def test_an_unknown_command() -> None:
    done = run("chek")

    assert done.exit_code == 2
    assert "chek" in done.stderr

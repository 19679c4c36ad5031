"""The reference pages say what the program does.

After a wanted change: ``DOVETAIL_WRITE_GOLDEN=1 pytest tests/cli/test_docs.py``.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from compat.lint import ADVICE
from registry.cli import main, project_file
from registry.cli.exits import Exit
from registry.cli.main import COMMANDS
from tests.cli.conftest import ROOT, Repo, record

CLI = ROOT / "docs" / "reference" / "cli.md"
MARK = "<!-- From here on the page is written by tests/cli/test_docs.py. -->\n"


def walk() -> Iterator[tuple[str, click.Command]]:
    context = click.Context(main)
    for name in COMMANDS:
        command = main.get_command(context, name)
        assert command is not None
        yield name, command
        if isinstance(command, click.Group):
            for inner in command.list_commands(context):
                found = command.get_command(context, inner)
                assert found is not None
                yield f"{name} {inner}", found


def written() -> str:
    lines = [MARK]
    for name, command in walk():
        context = click.Context(command, info_name=f"dovetail {name}")
        usage = command.get_usage(context).removeprefix("Usage: ")
        lines += [f"## dovetail {name}\n", f"`{' '.join(usage.split())}`\n"]
        lines += [f"{paragraph(text)}\n" for text in (command.help or "").split("\n\n")]
        options = [each for each in command.params if isinstance(each, click.Option)]
        rows = [row for each in options if (row := option(each, context))]
        if rows:
            lines += ["| option | meaning |", "| --- | --- |", *rows, ""]
    return "\n".join(lines)


def paragraph(text: str) -> str:
    return " ".join(text.split())


def option(parameter: click.Parameter, context: click.Context) -> str | None:
    shown = parameter.get_help_record(context)
    if shown is None:
        return None
    left, right = (" ".join(each.split()).replace("|", "\\|") for each in shown)
    return f"| `{left}` | {right} |"


def test_every_command_and_option() -> None:
    page = CLI.read_text()
    head, mark, _ = page.partition(MARK)
    assert mark

    if os.environ.get("DOVETAIL_WRITE_GOLDEN"):
        CLI.write_text(head + written())
    assert CLI.read_text() == head + written()


def advice() -> str:
    lines = [
        "# Lint rules\n",
        "<!-- Written by tests/cli/test_docs.py from the rules' own words. -->\n",
        "`dovetail lint` advises; set a rule to off, warn or error under `[lint]` in",
        "[dovetail.toml](dovetail-toml.md), or with `--rule RULE=LEVEL`.\n",
        "| rule | formats | default |",
        "| --- | --- | --- |",
        *(f"| `{r.id}` | {', '.join(r.formats)} | {r.level.value} |" for r in ADVICE),
        "",
    ]
    for rule in ADVICE:
        lines += [f"## {rule.id}\n", f"{rule.title}\n"]
        lines += [f"{each}: {rule.paragraph(each)}\n" for each in ("Why", "Fix")]
    return "\n".join(lines)


def test_every_lint_rule() -> None:
    page = ROOT / "docs" / "reference" / "lint.md"

    if os.environ.get("DOVETAIL_WRITE_GOLDEN"):
        page.write_text(advice())
    assert page.read_text() == advice()


def test_the_exit_codes() -> None:
    codes = re.findall(r"^\| (\d) \|", CLI.read_text(), re.MULTILINE)

    assert [int(each) for each in codes] == sorted(Exit)


def test_the_keys_of_the_project_file() -> None:
    page = (ROOT / "docs" / "reference" / "dovetail-toml.md").read_text()
    keys = re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE)

    assert keys == [
        *project_file.TOP_KEYS,
        *project_file.FILE_KEYS,
        *project_file.ACCEPT_KEYS,
    ]


def blocks(page: str, language: str) -> list[str]:
    text = (ROOT / "docs" / page).read_text()
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


def test_the_example_project_files_are_read(tmp_path: Path) -> None:
    for page in ("reference/dovetail-toml.md", "how-to/pre-commit.md"):
        for number, block in enumerate(blocks(page, "toml")):
            folder = tmp_path / f"{Path(page).stem}-{number}"
            folder.mkdir()
            name = "pyproject.toml" if "[tool." in block else "dovetail.toml"
            (folder / name).write_text(block)
            assert project_file.load(folder / name).given


def test_the_hooks_in_the_how_to_exist() -> None:
    config = yaml.safe_load(blocks("how-to/pre-commit.md", "yaml")[0])
    offered = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())

    named = [each["id"] for each in config["repos"][0]["hooks"]]
    assert named == [each["id"] for each in offered]


def script(repo: Repo, lines: list[str], **environment: str) -> tuple[int, str]:
    done = subprocess.run(
        ["bash", "-c", "\n".join(lines)],
        cwd=repo.root,
        env=os.environ | commands(repo) | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def commands(repo: Repo) -> dict[str, str]:
    """Return an environment in which ``dovetail`` is this working copy."""
    bin = repo.root.parent / "bin"
    bin.mkdir(exist_ok=True)
    file = bin / "dovetail"
    import sys

    file.write_text(f'#!/bin/sh\nexec {sys.executable} -m registry.cli "$@"\n')
    file.chmod(0o755)
    return {"PATH": f"{bin}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}


@pytest.fixture
def branch(repo: Repo) -> Repo:
    """A branch with a break, a fine file, and ``main`` that moved on."""
    repo.stage("a.avsc", record("A", "id"))
    repo.stage("with space.avsc", record("B", "id"))
    repo.commit()
    repo.git("switch", "-q", "-c", "side")
    repo.stage("a.avsc", record("A", "id", "x"))
    repo.commit()
    return repo


def action(repo: Repo, **inputs: str) -> tuple[int, str]:
    whole: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text())
    step = whole["runs"]["steps"][-1]
    names = {
        name: re.fullmatch(r"\$\{\{ inputs\.([\w-]+) \}\}", value)
        for name, value in step["env"].items()
    }
    environment = {}
    for name, match in names.items():
        assert match is not None
        default = whole["inputs"][match[1]]["default"]
        environment[name] = inputs.pop(match[1].replace("-", "_"), default)
    assert not inputs
    return script(
        repo,
        [step["run"]],
        GITHUB_ACTION_PATH=str(ROOT),
        GITHUB_STEP_SUMMARY=str(repo.root / "summary.md"),
        **environment,
    )


def test_the_action_refuses_a_break(branch: Repo) -> None:
    code, said = action(branch, merge_base="main", sarif="out.sarif")

    assert code == 1
    assert "::error file=a.avsc,line=10,col=5,title=AVRO_FIELD_NO_DEFAULT::" in said
    assert "| `a.avsc` | incompatible |" in (branch.root / "summary.md").read_text()
    assert (
        '"ruleId": "AVRO_FIELD_NO_DEFAULT"' in (branch.root / "out.sarif").read_text()
    )


def test_the_action_lets_a_good_branch_pass(branch: Repo) -> None:
    code, said = action(branch, files="with space.avsc\n", level="FULL")

    assert (code, said) == (0, "")
    assert "| `with space.avsc` | compatible |" in (
        (branch.root / "summary.md").read_text()
    )


def test_the_inputs_of_the_action_are_documented() -> None:
    whole = yaml.safe_load((ROOT / "action.yml").read_text())
    page = (ROOT / "docs" / "how-to" / "ci.md").read_text()
    table = page[page.index("| input |") : page.index("## GitLab")]

    assert re.findall(r"^\| `([\w-]+)` \|", table, re.MULTILINE) == list(
        whole["inputs"]
    )


def test_the_gitlab_job(branch: Repo) -> None:
    job = yaml.safe_load(blocks("how-to/ci.md", "yaml")[1])["schemas"]
    install, check = job["script"]
    assert install == "pip install dovetail-registry"
    branch.git("update-ref", "refs/remotes/origin/main", "main")

    code, said = script(branch, [check], CI_MERGE_REQUEST_TARGET_BRANCH_NAME="main")

    assert code == 1
    report = job["artifacts"]["reports"]["codequality"]
    assert "AVRO_FIELD_NO_DEFAULT" in (branch.root / report).read_text(), said


def test_the_other_commands_of_the_page(branch: Repo) -> None:
    page = (ROOT / "docs" / "how-to" / "ci.md").read_text()
    table = page[page.index("| you want |") :]
    found = re.findall(r"`(dovetail check [^`]*)`", table)
    assert len(found) == 5

    for command in found:
        code, said = script(branch, [command], DOVETAIL_REGISTRY_URL="")
        assert code == (2 if "--against-registry" in command else 0), said

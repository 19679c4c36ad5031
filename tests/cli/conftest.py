"""A scratch git repository, and the `dovetail` command run inside it."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from registry.cli import main

ROOT = Path(__file__).parent.parent.parent

GIT_ENVIRONMENT = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "A",
    "GIT_AUTHOR_EMAIL": "a@example.com",
    "GIT_COMMITTER_NAME": "A",
    "GIT_COMMITTER_EMAIL": "a@example.com",
    "GIT_ALLOW_PROTOCOL": "file",
}


class Repo:
    """A repository of its own, with short ways to change it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        root.mkdir(parents=True, exist_ok=True)
        self.git("init", "-q", "-b", "main")

    def git(self, *arguments: str, check: bool = True) -> str:
        """Run git here and return what it printed."""
        done = subprocess.run(
            ["git", *arguments],
            cwd=self.root,
            capture_output=True,
            text=True,
            check=False,
        )
        if check and done.returncode:
            raise AssertionError(f"git {arguments}: {done.stdout}{done.stderr}")
        return done.stdout

    def write(self, path: str, content: str | bytes | dict[str, Any]) -> None:
        """Write a file; a dict becomes JSON."""
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, dict):
            content = json.dumps(content, indent=2) + "\n"
        if isinstance(content, str):
            content = content.encode()
        file.write_bytes(content)

    def stage(self, path: str, content: str | bytes | dict[str, Any]) -> None:
        """Write a file and stage it."""
        self.write(path, content)
        self.git("add", "--", path)

    def commit(self, message: str = "change") -> str:
        """Commit what is staged, without hooks, and return the id."""
        self.git("commit", "-q", "--no-verify", "--allow-empty", "-m", message)
        return self.git("rev-parse", "HEAD").strip()

    def state(self) -> dict[str, bytes]:
        """Return the bytes of every file below, those of .git included."""
        return {
            str(path.relative_to(self.root)): path.read_bytes()
            for path in sorted(self.root.rglob("*"))
            if path.is_file()
        }


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Repo]:
    """An empty repository that is the working folder."""
    for name in [
        each for each in os.environ if each.startswith(("GIT_", "PRE_COMMIT"))
    ]:
        monkeypatch.delenv(name)
    for name in ("NO_COLOR", "FORCE_COLOR", "DOVETAIL_REGISTRY_URL"):
        monkeypatch.delenv(name, raising=False)
    for name, value in GIT_ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    made = Repo(tmp_path / "repo")
    monkeypatch.chdir(made.root)
    return made


def run(*arguments: str, input: bytes | None = None) -> Result:
    """Run the command in this process."""
    return CliRunner().invoke(main, arguments, input=input, prog_name="dovetail")


def results(*arguments: str, input: bytes | None = None) -> list[dict[str, Any]]:
    """Run a command with ``--format json`` and return its results."""
    command, *rest = arguments
    done = run(command, "--format", "json", *rest, input=input)
    assert done.exit_code in (0, 1, 3), done.output
    return json.loads(done.stdout)["results"]


def outcomes(*arguments: str, input: bytes | None = None) -> dict[str, str]:
    """Run a command with ``--format json``; return each file's outcome."""
    return {each["file"]: each["outcome"] for each in results(*arguments, input=input)}


def record(name: str, *fields: Any, namespace: str = "shop") -> dict[str, Any]:
    """Return an Avro record; a plain string is a field of type long."""
    shown = [
        {"name": each, "type": "long"} if isinstance(each, str) else each
        for each in fields
    ]
    return {"type": "record", "name": name, "namespace": namespace, "fields": shown}

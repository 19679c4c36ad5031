"""The hooks that we offer, run by the real pre-commit."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from compat import SUFFIXES
from registry.client import RegistryClient, Schema
from tests.cli.conftest import ROOT, Repo, record
from tests.running import Dovetail

HOOKS: list[dict[str, Any]] = yaml.safe_load(
    (ROOT / ".pre-commit-hooks.yaml").read_text()
)


_JSON = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
BREAKS: dict[str, tuple[Any, Any]] = {
    ".avsc": (record("A", "id"), record("A", "id", "x")),
    ".schema.json": (_JSON | {"type": "integer"}, _JSON | {"type": "string"}),
    ".jsonschema": (_JSON | {"type": "integer"}, _JSON | {"type": "string"}),
    ".proto": (
        'syntax = "proto3";\nmessage A { int32 x = 1; }\n',
        'syntax = "proto3";\nmessage A { string x = 1; }\n',
    ),
}


def pre_commit(repo: Repo, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pre_commit", *arguments],
        cwd=repo.root,
        env=os.environ
        | {"PYTHONPATH": str(ROOT), "PRE_COMMIT_HOME": str(repo.root.parent / "home")},
        capture_output=True,
        text=True,
        check=False,
    )


def offer(repo: Repo, *ids: str, **more: Any) -> None:
    """Configure our hooks, run by this interpreter; all else is as we offer it."""
    hooks = []
    for hook in HOOKS:
        if hook["id"] in ids:
            program, _, rest = hook["entry"].partition(" ")
            assert program == "dovetail"
            entry = f"{sys.executable} -m registry.cli {rest}"
            hooks.append({**hook, "entry": entry, "language": "unsupported", **more})
    repo.stage(
        ".pre-commit-config.yaml",
        yaml.safe_dump({"repos": [{"repo": "local", "hooks": hooks}]}),
    )


def commit(repo: Repo) -> subprocess.CompletedProcess[str]:
    """Commit as a person does, with the hooks that are installed."""
    return subprocess.run(
        ["git", "commit", "-m", "change"],
        cwd=repo.root,
        env=os.environ
        | {"PYTHONPATH": str(ROOT), "PRE_COMMIT_HOME": str(repo.root.parent / "home")},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    "hook", [each for each in HOOKS if "files" in each], ids=lambda hook: hook["id"]
)
def test_the_files_of_a_hook(hook: dict[str, Any]) -> None:
    pattern = re.compile(hook["files"])

    for good in (*(f"x/a{each}" for each in SUFFIXES), "a.avsc", "a.json"):
        assert pattern.search(good)
    for bad in ("a.avsc.txt", "avsc", "a.jsonl", "a.py", "json", "a.proto.md"):
        assert not pattern.search(bad)


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: hook["id"])
def test_the_command_of_a_hook_exists(hook: dict[str, Any]) -> None:
    entry = hook["entry"].split()[1:]

    done = subprocess.run(
        [sys.executable, "-m", "registry.cli", *entry, "--help"],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=False,
    )

    assert done.returncode == 0


def test_a_commit_is_let_through_and_a_break_is_refused(repo: Repo) -> None:
    offer(repo, "dovetail-check")
    assert pre_commit(repo, "install").returncode == 0
    repo.stage("order.avsc", record("Order", "id"))
    first = commit(repo)
    assert first.returncode == 0, first.stdout + first.stderr

    repo.stage("order.avsc", record("Order", "id", "currency"))
    refused = commit(repo)

    assert refused.returncode == 1
    said = refused.stdout + refused.stderr
    assert "check schema compatibility" in said
    assert "order.avsc:10:5: error AVRO_FIELD_NO_DEFAULT" in said
    assert repo.git("log", "--oneline").count("\n") == 1


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_break_beside_a_good_file_of_another_kind(repo: Repo, suffix: str) -> None:
    before, after = BREAKS[suffix]
    offer(repo, "dovetail-check")
    repo.stage(f"a{suffix}", before)
    repo.commit()
    repo.stage(f"a{suffix}", after)
    repo.stage("new.avsc", record("New", "id"))
    repo.stage("new.proto", 'syntax = "proto3";\nmessage New {}\n')

    done = pre_commit(repo, "run")

    assert done.returncode == 1
    assert f"a{suffix}:" in done.stdout


def test_a_file_that_only_the_project_calls_a_schema(repo: Repo) -> None:
    offer(repo, "dovetail-check")
    repo.stage("dovetail.toml", '[[files]]\npath = "*.avro"\ntype = "AVRO"\n')
    repo.stage("a.avro", record("A", "id"))
    repo.commit()
    repo.stage("a.avro", record("A", "id", "x"))
    repo.stage("new.avsc", record("New", "id"))
    repo.stage("notes.txt", "no schema")

    done = pre_commit(repo, "run")

    assert done.returncode == 1
    assert "a.avro:" in done.stdout


def test_what_is_not_staged_does_not_count(repo: Repo) -> None:
    offer(repo, "dovetail-check")
    pre_commit(repo, "install")
    repo.stage("order.avsc", record("Order", "id"))
    commit(repo)
    repo.stage("other.txt", "x")
    repo.write("order.avsc", record("Order", "id", "currency"))

    assert commit(repo).returncode == 0


def test_a_commit_that_only_deletes_what_others_need(repo: Repo) -> None:
    offer(repo, "dovetail-check")
    pre_commit(repo, "install")
    repo.stage("address.avsc", record("Address", "street"))
    repo.stage("order.avsc", record("Order", {"name": "to", "type": "shop.Address"}))
    assert commit(repo).returncode == 0
    repo.git("rm", "-q", "address.avsc")

    refused = commit(repo)

    assert refused.returncode == 1
    assert "unknown type 'shop.Address'" in refused.stdout + refused.stderr


def test_a_merge_commit(repo: Repo) -> None:
    offer(repo, "dovetail-check")
    pre_commit(repo, "install")
    repo.stage("both.avsc", record("Both", "id"))
    commit(repo)
    for branch in ("side", "main"):
        repo.git("switch", "-q", *(["-c"] if branch == "side" else []), branch)
        extra = {"name": branch, "type": "int", "default": 1}
        repo.stage("both.avsc", record("Both", "id", extra))
        repo.commit()
    repo.git("merge", "-q", "side", check=False)
    repo.stage("both.avsc", record("Both", "id", "bad"))
    refused = commit(repo)
    assert refused.returncode == 1
    assert "AVRO_FIELD_NO_DEFAULT" in refused.stdout + refused.stderr

    repo.stage("both.avsc", record("Both", "id"))
    merged = commit(repo)

    assert merged.returncode == 0, merged.stdout + merged.stderr
    assert len(repo.git("log", "-1", "--format=%P").split()) == 2


def test_many_files_in_parallel_batches(repo: Repo) -> None:
    # pre-commit splits above some thousands of bytes, and across processors.
    offer(repo, "dovetail-check")
    names = [f"{'long-' * 30}{number}.avsc" for number in range(60)]
    for number, name in enumerate(names):
        repo.write(name, record(f"R{number}", "id"))
    repo.git("add", ".")
    repo.commit()
    for number, name in enumerate(names):
        extra = ("bad",) if number in (3, 57) else ()
        repo.write(name, record(f"R{number}", "id", *extra))
    repo.write(names[5], record("R5"))
    repo.git("add", ".")

    done = pre_commit(repo, "run", "--all-files")

    assert done.returncode == 1
    found = re.findall(r"-(\d+)\.avsc:\d+:\d+: error (\w+)", done.stdout)
    assert sorted(found) == [
        ("3", "AVRO_FIELD_NO_DEFAULT"),
        ("57", "AVRO_FIELD_NO_DEFAULT"),
    ]


def test_lint_refuses_what_is_no_schema(repo: Repo) -> None:
    offer(repo, "dovetail-lint")
    repo.stage("good.avsc", record("Good", "id"))
    assert pre_commit(repo, "run").returncode == 0

    repo.stage("bad.avsc", "{")
    done = pre_commit(repo, "run")

    assert done.returncode == 1
    assert "bad.avsc" in done.stdout
    assert "good.avsc" not in done.stdout


def test_a_range_of_commits_in_ci(repo: Repo) -> None:
    offer(repo, "dovetail-check")
    repo.stage("a.avsc", record("A", "id"))
    start = repo.commit()
    repo.stage("a.avsc", record("A", "id", "x"))
    repo.commit()
    clone = Repo.__new__(Repo)
    clone.root = repo.root.parent / "clone"
    repo.git("clone", "-q", str(repo.root), str(clone.root))

    done = pre_commit(clone, "run", "--from-ref", start, "--to-ref", "HEAD")

    assert done.returncode == 1
    assert "a.avsc:10:5: error AVRO_FIELD_NO_DEFAULT" in done.stdout


def test_what_is_pushed_is_checked_against_the_registry(
    repo: Repo, dovetail: Dovetail, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOVETAIL_REGISTRY_URL", dovetail.url)
    repo.git("init", "-q", "--bare", "../remote")
    repo.git("remote", "add", "origin", "../remote")
    offer(repo, "dovetail-check-registry")
    mapping = '[[files]]\npath = "*.avsc"\nsubject = "hook.{stem}-value"\n'
    repo.stage("dovetail.toml", mapping)
    repo.stage("order.avsc", record("Order", "id"))
    repo.commit()
    with RegistryClient(dovetail.url) as client:
        text = (repo.root / "order.avsc").read_text()
        client.register("hook.order-value", Schema(text))
    assert pre_commit(repo, "install", "--hook-type", "pre-push").returncode == 0
    assert push(repo).returncode == 0

    repo.stage("order.avsc", record("Order", "id", "currency"))
    repo.commit()
    refused = push(repo)

    assert refused.returncode == 1
    said = refused.stdout + refused.stderr
    assert "hook.order-value version 1" in " ".join(said.split())
    assert "order.avsc:10:5: error AVRO_FIELD_NO_DEFAULT" in said


def push(repo: Repo) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["git", "push", "-q", "origin", "main"],
        cwd=repo.root,
        env=os.environ
        | {"PYTHONPATH": str(ROOT), "PRE_COMMIT_HOME": str(repo.root.parent / "home")},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.slow
@pytest.mark.skipif(
    not os.environ.get("DOVETAIL_TEST_INSTALL"),
    reason="installs from the package index; set DOVETAIL_TEST_INSTALL=1",
)
def test_the_hook_is_installed_as_users_do(repo: Repo, tmp_path: Path) -> None:
    ours = Repo(tmp_path / "ours")
    listed = subprocess.run(
        ["git", "ls-files", "-z", "-c", "-o", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (ours.root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, ours.root / name)
    ours.git("add", ".")
    revision = ours.commit()
    entry = {
        "repo": str(ours.root),
        "rev": revision,
        "hooks": [{"id": "dovetail-check"}],
    }
    repo.stage(".pre-commit-config.yaml", yaml.safe_dump({"repos": [entry]}))
    repo.stage("a.avsc", record("A", "id"))
    repo.commit()
    repo.stage("a.avsc", record("A", "id", "x"))

    done = pre_commit(repo, "run")

    assert done.returncode == 1, done.stdout + done.stderr
    assert "a.avsc:10:5: error AVRO_FIELD_NO_DEFAULT" in done.stdout

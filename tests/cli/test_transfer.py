"""Export and import between real registries, killed halfway and run again."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from registry.cli.transfer.snapshot import Version, in_order
from registry.client import Config, RegistryClient, Schema, SchemaReference
from tests.cli.conftest import ROOT, Repo, record, run
from tests.running import Dovetail, running


@pytest.fixture
def source(repo: Repo, tmp_path: Path) -> Iterator[Dovetail]:
    """A registry with everything that a copy has to keep."""
    folder = tmp_path / "source"
    folder.mkdir()
    with running(f"sqlite:///{folder}/d.db", folder, workers=1) as server:
        with RegistryClient(server.url) as client:
            fill(client)
        yield server


@pytest.fixture
def target(tmp_path: Path) -> Iterator[Dovetail]:
    """An empty registry."""
    folder = tmp_path / "target"
    folder.mkdir()
    with running(f"sqlite:///{folder}/d.db", folder, workers=1) as server:
        yield server


def fill(client: RegistryClient) -> None:
    client.set_level("NONE")
    client.set_level("NONE", ":.eu:")
    for context in ("", ":.eu:"):
        for version in range(3):
            fields = [f"f{each}" for each in range(version + 1)]
            address = record("Address", *fields)
            client.register(f"{context}address", Schema(json.dumps(address)))
        order = record("Order", {"name": "to", "type": "shop.Address"})
        reference = SchemaReference("shop.Address", "address", 2)
        text = json.dumps(order)
        client.register(f"{context}z/order", Schema(text, references=(reference,)))
        client.delete_version(f"{context}address", 1)
    client.register("hard", Schema('"int"'))
    client.register("hard", Schema('"long"'))
    client.delete_version("hard", 1)
    client.delete_version("hard", 1, permanent=True)
    client.register("gone", Schema('"string"'))
    # What a soft-deleted schema refers to may be deleted as well.
    user = record("User", {"name": "to", "type": "shop.Address"})
    reference = SchemaReference("shop.Address", "address", 3)
    client.register("user", Schema(json.dumps(user), references=(reference,)))
    client.delete_subject("user")
    client.delete_version("address", 3)
    client.delete_subject("gone")
    meta = {"properties": {"owner": "team a"}}
    client.register("meta", Schema('"bytes"', metadata=meta))
    client.register("j", Schema('{"type": "object"}', "JSON"))
    client.register("p", Schema('syntax = "proto3";\nmessage A {}\n', "PROTOBUF"))
    client.set_config({"compatibility": "FULL", "normalize": True}, "meta")
    client.set_level("FORWARD", ":.eu:")
    client.set_level("FULL_TRANSITIVE")
    client.set_mode("READONLY", "j")


def test_through_a_folder(source: Dovetail, target: Dovetail, tmp_path: Path) -> None:
    folder = str(tmp_path / "export")

    out = run("export", folder, "--registry", source.url)
    back = run("import", folder, "--registry", target.url, "--yes", "--format", "json")

    assert out.exit_code == 0, out.output
    assert out.stdout == (
        "compared 14 versions (5 soft-deleted), 3 configs and 2 modes: none different\n"
    )
    assert back.exit_code == 0, back.output
    assert json.loads(back.stdout) == {
        "version": 1,
        "versions": 14,
        "deleted": 5,
        "configs": 3,
        "modes": 2,
        "differences": [],
    }
    with RegistryClient(source.url) as one, RegistryClient(target.url) as other:
        assert one.list_subjects(prefix=":*:") == other.list_subjects(prefix=":*:")
        for client in (one, other):
            assert client.list_versions("hard") == [2]
            assert client.get_config("meta") == Config(
                "FULL", {"compatibilityLevel": "FULL", "normalize": True}
            )
            assert client.get_mode("j") == "READONLY"
            assert client.get_mode() == "READWRITE"


def test_registry_to_registry_and_a_difference(
    source: Dovetail, target: Dovetail
) -> None:
    copied = run("export", target.url, "--registry", source.url, "--yes")
    assert copied.exit_code == 0, copied.output
    assert copied.stdout.endswith("none different\n")

    with RegistryClient(target.url) as client:
        client.register("extra", Schema('"string"'))
    again = run("export", target.url, "--registry", source.url, "--yes")

    assert again.exit_code == 3
    assert "extra version 1 is not in the export" in again.stderr


def test_nobody_is_asked_without_a_terminal(source: Dovetail, target: Dovetail) -> None:
    done = run("import", source.url, "--registry", target.url)

    assert done.exit_code == 2
    assert "Pass --yes" in done.stderr


def test_an_export_that_is_not_whole(source: Dovetail, tmp_path: Path) -> None:
    folder = tmp_path / "export"
    run("export", str(folder), "--registry", source.url)
    (folder / "dovetail-export.json").unlink()

    done = run("import", str(folder), "--registry", source.url)

    assert done.exit_code == 3
    assert "holds no whole export" in done.stderr
    assert run("export", str(folder), "--registry", source.url).exit_code == 0


def test_a_folder_of_somebody_else(source: Dovetail, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "file").write_text("x")

    done = run("export", str(tmp_path / "mine"), "--registry", source.url)

    assert done.exit_code == 3
    assert "is not empty, and no export of ours" in done.stderr


def test_a_file_where_a_folder_is_to_be(source: Dovetail, tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("x")

    done = run("export", str(tmp_path / "mine"), "--registry", source.url)

    assert done.exit_code == 3
    assert done.stderr == f"error: cannot write {tmp_path}/mine: File exists\n"


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("dovetail-export.json", "[]", "holds no JSON object"),
        ("dovetail-export.json", '{"format": 1}', "its export had None"),
        ("configs.json", "[]", "holds no JSON object"),
        ("configs.json", '{"a": 5}', "'a' is no dict"),
        ("modes.json", '{"a": {}}', "'a' is no str"),
        ("versions/~/1.json", "5", "holds no JSON object"),
        ("versions/~/1.json", "[" * 100_000, "is not JSON"),
        ("versions/~/1.json", '{"subject": "a"}', "lacks 'version', which is a int"),
        (
            "versions/~/1.json",
            '{"subject": "a", "version": 1, "id": 1, "deleted": []}',
            "lacks 'deleted', which is a bool",
        ),
    ],
)
def test_an_export_that_was_tampered_with(
    source: Dovetail, tmp_path: Path, file: str, text: str, said: str
) -> None:
    folder = tmp_path / "export"
    run("export", str(folder), "--registry", source.url)
    (folder / file).parent.mkdir(exist_ok=True)
    (folder / file).write_text(text)

    done = run("import", str(folder), "--registry", source.url)

    assert done.exit_code == 3
    assert f"{folder / file}" in done.stderr or f"{folder} holds" in done.stderr
    assert said in done.stderr


@pytest.mark.parametrize("written", [1, 8, 15])
def test_an_import_that_was_killed_goes_on(
    source: Dovetail, target: Dovetail, tmp_path: Path, written: int
) -> None:
    folder = str(tmp_path / "export")
    run("export", folder, "--registry", source.url)

    killed = subprocess.Popen(
        [
            *(sys.executable, "-m", "registry.cli", "import", folder),
            *("--registry", target.url, "--yes"),
        ],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    with RegistryClient(target.url) as client:
        while killed.poll() is None:
            if len(client.list_schemas(subject_prefix=":*:")) >= written:
                killed.send_signal(signal.SIGKILL)
                break
            time.sleep(0.001)
    killed.communicate()
    again = run("import", folder, "--registry", target.url, "--yes")

    assert again.exit_code == 0, again.output
    assert again.stdout.endswith("none different\n")


def version(subject: str, number: int, *needs: tuple[str, int]) -> Version:
    references: list[dict[str, Any]] = [
        {"name": each, "subject": each, "version": v} for each, v in needs
    ]
    return Version(subject, number, 1, False, {"references": references})


def test_what_others_need_comes_first() -> None:
    a = version("a", 1, ("b", 1), ("c", 1))
    b = version("b", 1, ("c", 1), ("not there", 3))
    c = version("c", 1)
    in_context = version(":.x:a", 1, ("b", 1))
    other = version(":.x:b", 1)

    assert list(in_order([a, b, c, in_context, other])) == [other, in_context, c, b, a]


def test_references_in_a_circle_end() -> None:
    a, b = version("a", 1, ("b", 1)), version("b", 1, ("a", 1))

    assert sorted(each.key for each in in_order([a, b])) == [("a", 1), ("b", 1)]

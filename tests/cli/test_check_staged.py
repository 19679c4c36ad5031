"""``dovetail check --staged``: the index against what it grows from."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import ROOT, Repo, outcomes, record, results, run

DRAFT = "https://json-schema.org/draft/2020-12/schema"


def test_a_repository_without_commits(repo: Repo) -> None:
    repo.stage("order.avsc", record("Order", "id"))

    assert outcomes("check", "--staged") == {"order.avsc": "new"}


def test_nothing_staged(repo: Repo) -> None:
    done = run("check", "--staged")

    assert (done.exit_code, done.stdout) == (0, "")
    assert done.stderr == "no schemas to check\n"


def test_a_break_is_refused(repo: Repo) -> None:
    repo.stage("order.avsc", record("Order", "id"))
    repo.commit()
    repo.stage("order.avsc", record("Order", "id", "currency"))

    done = run("check", "--staged")

    assert done.exit_code == 1
    assert "order.avsc:10:5: error AVRO_FIELD_NO_DEFAULT" in done.stdout
    assert done.stderr == "1 schema checked: 1 incompatible\n"


def test_the_index_is_checked_and_not_the_disk(repo: Repo) -> None:
    repo.stage("order.avsc", record("Order", "id"))
    repo.commit()
    repo.stage("order.avsc", record("Order", "id", "currency"))
    repo.write("order.avsc", record("Order", "id"))

    assert outcomes("check", "--staged") == {"order.avsc": "incompatible"}
    assert outcomes("check") == {"order.avsc": "compatible"}


def test_a_renamed_file_is_compared_with_what_it_was(repo: Repo) -> None:
    repo.stage("old/order.avsc", record("Order", "id", "a", "b", "c", "d"))
    repo.commit()
    repo.git("rm", "-q", "--cached", "old/order.avsc")
    repo.stage("new/order.avsc", record("Order", "id", "a", "b", "c", "d", "e"))

    found = results("check", "--staged")

    assert [each["file"] for each in found] == ["new/order.avsc"]
    assert found[0]["outcome"] == "incompatible"
    assert found[0]["issues"][0]["oldFile"] == "old/order.avsc"


@pytest.mark.parametrize("staged", [True, False])
@pytest.mark.parametrize(
    ("suffix", "before", "after"),
    [
        ("avsc", record("Order", "id"), record("Order", "id", "x")),
        (
            "json",
            {"$id": "urn:a", "$schema": DRAFT, "type": "integer"},
            {"$id": "urn:a", "$schema": DRAFT, "type": "string"},
        ),
    ],
)
def test_a_renamed_file_that_git_takes_for_a_new_one_is_known_by_its_own_name(
    repo: Repo, suffix: str, before: Any, after: Any, staged: bool
) -> None:
    # git compares lines: of the only one none is left.
    repo.stage(f"old.{suffix}", json.dumps(before))
    repo.stage("other.avsc", json.dumps(record("Other", "id")))
    repo.commit()
    (repo.root / f"old.{suffix}").unlink()
    (repo.root / "other.avsc").unlink()
    repo.write(f"new.{suffix}", json.dumps(after))
    repo.write("fresh.avsc", json.dumps(record("Fresh", "id", "x")))
    if staged:
        repo.git("add", "-A")

    found = results("check", *(["--staged"] if staged else []))

    assert [(each["file"], each["outcome"]) for each in found] == [
        ("fresh.avsc", "new"),
        (f"new.{suffix}", "incompatible"),
    ]
    assert found[1]["issues"][0]["oldFile"] == f"old.{suffix}"


def test_only_what_changed_is_looked_at(repo: Repo) -> None:
    repo.stage("a.avsc", record("A", "id"))
    repo.stage("b.avsc", record("B", "id"))
    repo.stage("readme.txt", "text")
    repo.commit()
    repo.stage("a.avsc", record("A"))
    repo.stage("readme.txt", "other text")

    assert outcomes("check", "--staged") == {"a.avsc": "compatible"}


def test_a_changed_reference_breaks_those_that_use_it(repo: Repo) -> None:
    user = {"name": "to", "type": "shop.Address"}
    repo.stage("address.avsc", record("Address", "street"))
    repo.stage("order.avsc", record("Order", "id", user))
    repo.stage("parcel.avsc", record("Parcel", {"name": "o", "type": "shop.Order"}))
    repo.stage("other.avsc", record("Other", "id"))
    repo.commit()
    repo.stage("address.avsc", record("Address", "street", "city"))

    assert outcomes("check", "--staged") == {
        "address.avsc": "incompatible",
        "order.avsc": "incompatible",
        "parcel.avsc": "incompatible",
    }


def test_a_deleted_reference_breaks_those_that_use_it(repo: Repo) -> None:
    repo.stage("address.avsc", record("Address", "street"))
    repo.stage("order.avsc", record("Order", {"name": "to", "type": "shop.Address"}))
    repo.commit()
    repo.git("rm", "-q", "address.avsc")

    done = run("check", "--staged")

    assert done.exit_code == 3
    assert "order.avsc:8:15: error SCHEMA_INVALID" in done.stdout
    assert "unknown type 'shop.Address'" in done.stdout


def test_a_deleted_file_that_nobody_uses(repo: Repo) -> None:
    repo.stage("a.avsc", record("A", "id"))
    repo.commit()
    repo.git("rm", "-q", "a.avsc")

    assert outcomes("check", "--staged") == {}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\x00\xff\xfe\x80junk", "bad.avsc is not text: byte 1 is not UTF-8"),
        (b"version https://git-lfs.github.com/spec/v1\n", "is a Git LFS pointer"),
        (b"{", "not a valid AVRO schema"),
        (b"", "not a valid AVRO schema"),
        (b" " * (2 * 1024 * 1024 + 1), "bad.avsc is larger than 2097152 bytes"),
    ],
)
def test_junk_is_refused_and_the_rest_still_checked(
    repo: Repo, content: bytes, message: str
) -> None:
    repo.stage("bad.avsc", content)
    repo.stage("good.avsc", record("Good", "id"))

    found = results("check", "--staged")

    assert [each["outcome"] for each in found] == ["failed", "new"]
    assert message in found[0]["issues"][0]["message"]
    assert run("check", "--staged").exit_code == 3


def test_json_that_is_no_schema_is_passed_over(repo: Repo) -> None:
    repo.stage("package.json", {"name": "x", "type": "module"})
    repo.stage("bytes.json", b"\xff\x00")
    repo.stage("broken.json", '{"$schema": ')
    repo.stage("avro.json", record("Order", "id"))

    assert outcomes("check", "--staged") == {"avro.json": "new"}


def test_links_and_submodules_are_passed_over(repo: Repo, tmp_path: Path) -> None:
    inner = Repo(tmp_path / "inner")
    inner.stage("inner.avsc", "junk")
    inner.commit()
    repo.stage("order.avsc", record("Order", "id"))
    (repo.root / "link.avsc").symlink_to("order.avsc")
    repo.git(
        "-c",
        "protocol.file.allow=always",
        "submodule",
        "-q",
        "add",
        str(inner.root),
        "sub.avsc",
    )
    repo.git("add", ".")

    assert outcomes("check", "--staged") == {"order.avsc": "new"}


@pytest.mark.parametrize(
    "name",
    ["with space.avsc", "ümlaut.avsc", 'quo"te.avsc', "new\nline.avsc", "-dash.avsc"],
)
def test_odd_names(repo: Repo, name: str) -> None:
    repo.stage(name, record("Order", "id"))
    repo.commit()
    repo.stage(name, record("Order", "id", "currency"))

    assert outcomes("check", "--staged") == {name: "incompatible"}
    assert outcomes("check", "--staged", "--", name) == {name: "incompatible"}


def test_a_merge_is_checked_for_what_it_alone_did(repo: Repo) -> None:
    repo.stage("mine.avsc", record("Mine", "id"))
    repo.stage("theirs.avsc", record("Theirs", "id"))
    repo.stage("both.avsc", record("Both", "id"))
    repo.commit()
    repo.git("switch", "-q", "-c", "side")
    # A break that the other branch has already decided on.
    repo.stage("theirs.avsc", record("Theirs", "id", "x"))
    repo.stage(
        "both.avsc", record("Both", "id", {"name": "s", "type": "int", "default": 1})
    )
    repo.commit()
    repo.git("switch", "-q", "main")
    repo.stage("mine.avsc", record("Mine"))
    repo.stage(
        "both.avsc", record("Both", "id", {"name": "m", "type": "int", "default": 1})
    )
    repo.commit()
    repo.git("merge", "-q", "--no-commit", "side", check=False)
    repo.stage("both.avsc", record("Both", "id", "bad"))

    found = results("check", "--staged")

    assert [(each["file"], each["outcome"]) for each in found] == [
        ("both.avsc", "incompatible")
    ]
    side = repo.git("rev-parse", "side").strip()[:12]
    assert [each["against"] for each in found[0]["issues"]] == [side, "HEAD"]
    assert outcomes("check", "--staged", "mine.avsc", "theirs.avsc") == {}


def test_a_conflict_that_is_not_resolved(repo: Repo) -> None:
    repo.stage("a.avsc", record("A", "id"))
    repo.commit()
    repo.git("switch", "-q", "-c", "side")
    repo.stage("a.avsc", record("A", "x"))
    repo.commit()
    repo.git("switch", "-q", "main")
    repo.stage("a.avsc", record("A", "y"))
    repo.commit()
    repo.git("merge", "-q", "side", check=False)

    done = run("check", "--staged")

    assert done.exit_code == 3
    assert "a.avsc has a merge conflict" in done.stderr


def test_a_commit_of_some_paths_uses_its_own_index(
    repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo.stage("a.avsc", record("A", "id"))
    repo.commit()
    other = repo.root / ".git" / "other-index"
    monkeypatch.setenv("GIT_INDEX_FILE", str(other))
    repo.git("read-tree", "HEAD")
    repo.stage("a.avsc", record("A", "id", "x"))

    assert outcomes("check", "--staged") == {"a.avsc": "incompatible"}
    monkeypatch.delenv("GIT_INDEX_FILE")
    assert outcomes("check", "--staged") == {}


def test_a_range_of_commits_as_pre_commit_names_it(
    repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo.stage("a.avsc", record("A", "id"))
    start = repo.commit()
    repo.stage("a.avsc", record("A", "id", "x"))
    end = repo.commit()
    repo.stage("a.avsc", "junk that is staged by now")
    monkeypatch.setenv("PRE_COMMIT_FROM_REF", start)
    monkeypatch.setenv("PRE_COMMIT_TO_REF", end)

    assert outcomes("check", "--staged") == {"a.avsc": "incompatible"}


@pytest.mark.parametrize(
    ("start", "said"),
    [
        ("origin/nope", "origin/nope is not a git revision"),
        ("other", "and other have no common commit"),
    ],
)
def test_a_range_whose_start_is_hidden_is_not_passed(
    repo: Repo, monkeypatch: pytest.MonkeyPatch, start: str, said: str
) -> None:
    repo.commit()
    repo.git("branch", "other")
    repo.git("checkout", "-q", "--orphan", "new")
    repo.stage("a.avsc", record("A", "id"))
    end = repo.commit()
    monkeypatch.setenv("PRE_COMMIT_FROM_REF", start)
    monkeypatch.setenv("PRE_COMMIT_TO_REF", end)

    done = run("check", "--staged")

    assert done.exit_code == 2
    assert said in done.stderr


def test_paths_are_given_from_a_folder_below(
    repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo.stage("schemas/a.avsc", record("A", "id"))
    repo.commit()
    repo.stage("schemas/a.avsc", record("A", "id", "x"))
    monkeypatch.chdir(repo.root / "schemas")

    assert outcomes("check", "--staged", "a.avsc") == {"a.avsc": "incompatible"}
    assert outcomes("check", "--staged") == {"a.avsc": "incompatible"}


def test_an_invalid_version_wrote_no_data(repo: Repo) -> None:
    repo.stage("a.avsc", "{ not a schema")
    repo.commit()
    repo.stage("a.avsc", record("A", "id"))

    found = results("check", "--staged")

    assert found[0]["outcome"] == "new"
    assert [each["rule"] for each in found[0]["issues"]] == ["BASELINE_INVALID"]
    assert run("check", "--staged").exit_code == 0


def test_an_earlier_version_whose_reference_is_missing_is_not_passed(
    repo: Repo,
) -> None:
    repo.stage("a.avsc", record("A", {"name": "x", "type": "shop.Gone"}))
    repo.commit()
    repo.stage("a.avsc", record("A", "id"))

    found = results("check", "--staged")

    assert found[0]["outcome"] == "failed"
    assert "the version in HEAD cannot be read" in found[0]["issues"][0]["message"]


def test_the_repository_stays_as_it_was(repo: Repo) -> None:
    repo.stage("a.avsc", record("A", "id"))
    repo.commit()
    repo.stage("a.avsc", record("A", "id", "x"))
    # A newer time makes git want to refresh its index.
    os.utime(repo.root / "a.avsc", (1, 1))
    before = repo.state()

    run("check", "--staged")
    run("check")
    run("lint", "--staged")

    assert repo.state() == before


_WATCHED = """
import sys
seen = []
def watch(event, _):
    if event.startswith("socket."):
        seen.append(event)
sys.addaudithook(watch)
from registry.cli import main
try:
    main(sys.argv[1:], prog_name="dovetail")
finally:
    print(",".join(seen), file=sys.stderr)
    heavy = {"flask", "sqlalchemy", "httpx", "httpx2", "grpc", "requests", "gunicorn"}
    print(",".join(sorted(heavy & sys.modules.keys())), file=sys.stderr)
"""


def three_formats(repo: Repo, kinds: tuple[str, str, str]) -> None:
    avro, schema, proto = kinds
    for name in ("b", "a"):
        fields = [{"name": each, "type": avro} for each in ("x", "y")]
        repo.stage(f"{name}.avsc", record(name.upper(), *fields))
        properties = {each: {"type": schema} for each in ("x", "y")}
        repo.stage(
            f"{name}.schema.json",
            {
                "$schema": "https://json-schema.org/draft/2020-12/schema",
                "type": "object",
                "properties": properties,
            },
        )
        body = f"message {name.upper()} {{ {proto} x = 1; {proto} y = 2; }}"
        repo.stage(f"{name}.proto", f'syntax = "proto3";\n{body}\n')


def test_no_socket_is_opened_and_no_heavy_library_imported(repo: Repo) -> None:
    three_formats(repo, ("long", "integer", "int64"))
    repo.commit()
    three_formats(repo, ("string", "string", "string"))

    done = subprocess.run(
        [sys.executable, "-c", _WATCHED, "check", "--staged"],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert done.stderr == "6 schemas checked: 6 incompatible\n\n\n"


def test_two_hash_seeds_give_the_same_bytes(repo: Repo) -> None:
    three_formats(repo, ("long", "integer", "int64"))
    repo.commit()
    three_formats(repo, ("string", "string", "string"))

    for format in ("text", "json", "sarif", "junit", "gitlab", "markdown", "github"):
        outputs = {
            subprocess.run(
                [
                    *(sys.executable, "-m", "registry.cli", "check", "--staged"),
                    *("--level=FULL", f"--format={format}"),
                ],
                env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONHASHSEED": seed},
                capture_output=True,
                check=False,
            ).stdout
            for seed in ("1", "2")
        }
        assert len(outputs) == 1
        shown = outputs.pop()
        for rule in (
            b"AVRO_TYPE_MISMATCH",
            b"JSON_TYPE_CHANGED",
            b"PROTO_FIELD_SCALAR",
        ):
            assert rule in shown

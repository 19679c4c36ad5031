"""``dovetail check`` against files, folders, revisions and tags."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.cli.conftest import Repo, outcomes, record, results, run

X = {"name": "x", "type": "long", "default": 1}


def test_two_files(repo: Repo) -> None:
    repo.write("old.avsc", record("A", "id"))
    repo.write("new.avsc", record("A", "id", "x"))

    assert outcomes("check", "new.avsc", "--against", "old.avsc") == {
        "new.avsc": "incompatible"
    }
    assert outcomes("check", "old.avsc", "--against", "new.avsc") == {
        "old.avsc": "compatible"
    }


def test_two_files_outside_of_any_repository(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "old.avsc").write_text(json.dumps(record("A", "id")))
    (tmp_path / "new.avsc").write_text(json.dumps(record("A", "id", "x")))

    assert outcomes("check", "new.avsc", "--against", "old.avsc") == {
        "new.avsc": "incompatible"
    }
    nothing = run("check", "new.avsc")
    assert nothing.exit_code == 2
    assert "this is no git repository" in nothing.stderr


def test_two_folders(repo: Repo) -> None:
    for folder, extra in (("old", ()), ("new", ("x",))):
        repo.write(f"{folder}/deep/a.avsc", record("A", "id", *extra))
        repo.write(f"{folder}/b.avsc", record("B", "id"))
    repo.write("new/c.avsc", record("C", "id"))

    assert outcomes("check", "new", "--against", "old") == {
        "new/b.avsc": "compatible",
        "new/c.avsc": "new",
        "new/deep/a.avsc": "incompatible",
    }


def test_standard_input(repo: Repo) -> None:
    repo.write("old.avsc", record("A", "id"))
    new = json.dumps(record("A", "id", "x")).encode()

    done = run("check", "-", "--type", "avro", "--against", "old.avsc", input=new)

    assert done.exit_code == 1
    assert done.stdout.startswith("<stdin>:1:")


@pytest.mark.parametrize(
    ("suffix", "text"),
    [
        ("avsc", json.dumps(record("A", "id"))),
        ("json", '{"$schema": "https://json-schema.org/draft/2020-12/schema"}'),
        ("proto", '// ours\n/* own */ syntax = "proto3"; message A { int32 b = 1; }'),
        ("proto", 'edition = "2023"; message A { int32 b = 1; }'),
    ],
)
def test_standard_input_whose_content_says_what_it_is(
    repo: Repo, suffix: str, text: str
) -> None:
    repo.write(f"old.{suffix}", text)

    found = outcomes("check", "-", "--against", f"old.{suffix}", input=text.encode())

    assert found == {"<stdin>": "compatible"}
    assert outcomes("lint", "-", input=text.encode()) == {"<stdin>": "passed"}


def test_standard_input_of_a_format_that_cannot_be_told(repo: Repo) -> None:
    repo.write("old.avsc", record("A", "id"))

    done = run("check", "-", "--against", "old.avsc", input=b'"string"')

    assert done.exit_code == 3
    assert "Say which format it is with --type" in done.stdout


def test_a_branch_a_tag_and_a_merge_base(repo: Repo) -> None:
    repo.stage("a.avsc", record("A", "id"))
    repo.commit()
    repo.git("tag", "v1")
    repo.git("switch", "-q", "-c", "side")
    repo.stage("a.avsc", record("A", "id", X))
    repo.commit()
    repo.git("switch", "-q", "main")
    repo.stage("a.avsc", record("A", "id", "y"))
    repo.commit()
    repo.git("switch", "-q", "side")

    against = {
        name: results("check", *option)[0]
        for name, option in {
            "HEAD": (),
            "v1": ("--against", "v1"),
            "main": ("--against", "main", "--level", "FORWARD"),
            "merge base with main": ("--merge-base", "main"),
        }.items()
    }

    assert {name: each["outcome"] for name, each in against.items()} == {
        "HEAD": "compatible",
        "v1": "compatible",
        "main": "incompatible",
        "merge base with main": "compatible",
    }
    assert [each["against"] for each in against.values()] == [[n] for n in against]


def test_every_tag_is_history(repo: Repo) -> None:
    for tag, fields in {"v1": ("a",), "v2": ("a", X), "v3": ("a",)}.items():
        repo.stage("a.avsc", record("A", *fields))
        repo.commit()
        repo.git("tag", tag)
    repo.stage("a.avsc", record("A", "a", "x"))

    found = results("check", "--tags", "v*")

    # What v3 holds was in v1 already, so it is compared with once.
    assert found[0]["against"] == ["v1", "v2"]
    assert [each["against"] for each in found[0]["issues"]] == ["v1"]


def test_tags_that_are_none_are_told(repo: Repo) -> None:
    repo.stage("a.avsc", record("A", "id"))
    repo.commit()

    done = run("check", "--tags", "v*")

    assert (done.exit_code, done.stdout) == (0, "")
    assert done.stderr == (
        "no tag that matches v* leads to HEAD\n1 schema checked: 1 new\n"
    )


def test_tags_of_the_project_count_at_transitive_levels(repo: Repo) -> None:
    repo.stage("a.avsc", record("A", "a"))
    repo.commit()
    repo.git("tag", "v1")
    repo.stage("a.avsc", record("A", "a", X))
    repo.commit()
    repo.write("a.avsc", record("A", "a", "x"))
    repo.write("dovetail.toml", 'tags = "v*"\n')

    assert outcomes("check") == {"a.avsc": "compatible"}
    assert outcomes("check", "--level", "BACKWARD_TRANSITIVE") == {
        "a.avsc": "incompatible"
    }


def test_a_name_that_is_nothing(repo: Repo) -> None:
    done = run("check", "--against", "nope")

    assert done.exit_code == 2
    assert done.stderr == (
        "error: nope is neither a file, a folder nor a git revision\n"
    )


def test_a_name_that_is_two_things(repo: Repo) -> None:
    repo.stage("a.avsc", record("A", "id"))
    repo.commit()
    repo.git("branch", "a.avsc")

    done = run("check", "--against", "a.avsc")

    assert done.exit_code == 2
    assert "a.avsc is both a file and a git revision" in done.stderr
    assert run("check", "--against", "./a.avsc").exit_code == 0
    assert run("check", "--against", "refs/heads/a.avsc").exit_code == 0


def test_a_file_that_is_not_there(repo: Repo) -> None:
    done = run("check", "nope.avsc", "--against", "HEAD")

    assert done.exit_code == 2
    assert "nope.avsc: no such file or folder" in done.stderr


def test_a_folder_without_schemas_is_not_everything(repo: Repo) -> None:
    repo.stage("a.avsc", record("A", "id"))
    repo.commit()
    repo.write("a.avsc", record("A", "id", "x"))
    repo.write("docs/read.me", "")

    for command in ("check", "lint"):
        done = run(command, "docs")
        assert (done.exit_code, done.stdout) == (0, "")
        assert done.stderr == "no schemas to check\n"


def test_a_message_spells_a_file_as_it_is(repo: Repo) -> None:
    repo.write("b.avsc", b"\xff")

    done = run("check", "b.avsc", "--against", ".")

    assert done.exit_code == 3
    assert "What:     b.avsc is not text: byte 0 is not UTF-8." in done.stdout


def test_level_and_policy_of_the_project_file(repo: Repo) -> None:
    repo.stage("free/a.avsc", record("A", "id"))
    repo.stage("a.avsc", record("B", "id", X))
    repo.commit()
    repo.write("free/a.avsc", record("A", "id", "x"))
    repo.write("a.avsc", record("B", "id"))
    repo.write(
        "dovetail.toml",
        'policy = "EXACT"\n[[files]]\npath = "free/"\nlevel = "NONE"\n',
    )

    found = {each["file"]: each for each in results("check")}

    assert found["free/a.avsc"]["outcome"] == "compatible"
    assert found["free/a.avsc"]["level"] == "NONE"


def accept(expires: str) -> str:
    return (
        '[[accept]]\nrule = "AVRO_FIELD_NO_DEFAULT"\npath = "a.avsc"\n'
        f'reason = "nobody reads it"\nexpires = {expires}\n'
    )


def test_an_accepted_break_passes_and_is_shown(repo: Repo) -> None:
    today = datetime.now(UTC).date()
    repo.stage("a.avsc", record("A", "id"))
    repo.stage("b.avsc", record("B", "id"))
    repo.commit()
    repo.write("a.avsc", record("A", "id", "x"))
    repo.write("dovetail.toml", accept(str(today)))

    done = run("check")
    assert done.exit_code == 0
    assert "accepted AVRO_FIELD_NO_DEFAULT" in done.stdout
    assert f"nobody reads it (until {today})" in done.stdout

    repo.write("b.avsc", record("B", "id", "x"))
    assert outcomes("check") == {"a.avsc": "compatible", "b.avsc": "incompatible"}


def test_an_accepted_break_blocks_again_after_its_date(repo: Repo) -> None:
    yesterday = datetime.now(UTC).date() - timedelta(days=1)
    repo.stage("a.avsc", record("A", "id"))
    repo.commit()
    repo.write("a.avsc", record("A", "id", "x"))
    repo.write("dovetail.toml", accept(str(yesterday)))

    done = run("check")

    assert done.exit_code == 1
    flat = " ".join(done.stdout.split())
    assert f"it was accepted until {yesterday}: nobody reads it" in flat


def test_excluded_files(repo: Repo) -> None:
    repo.write("vendor/a.avsc", "junk")
    repo.write("a.avsc", record("A", "id"))
    repo.write("dovetail.toml", 'exclude = ["vendor/"]\n')

    assert outcomes("check") == {"a.avsc": "new"}


def test_ignored_files_are_left_alone(repo: Repo) -> None:
    repo.write(".gitignore", "build/\n")
    repo.write("build/a.avsc", "junk")
    repo.write("a.avsc", record("A", "id"))

    assert outcomes("check") == {"a.avsc": "new"}


def test_exit_zero_is_about_findings_only(repo: Repo) -> None:
    repo.stage("a.avsc", record("A", "id"))
    repo.commit()
    repo.write("a.avsc", record("A", "id", "x"))
    assert run("check", "--exit-zero").exit_code == 0

    repo.write("a.avsc", "junk")
    assert run("check", "--exit-zero").exit_code == 3


def test_findings_go_to_a_file(repo: Repo) -> None:
    repo.stage("a.avsc", record("A", "id"))
    repo.commit()
    repo.write("a.avsc", record("A", "id", "x"))

    done = run("check", "--format", "sarif", "--output", "out.sarif")

    assert (done.exit_code, done.stdout) == (1, "")
    assert json.loads((repo.root / "out.sarif").read_text())["version"] == "2.1.0"


def test_colour(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.write("a.avsc", "junk")

    assert "\x1b[" not in run("check").stdout
    assert "\x1b[" in run("--color", "always", "check").stdout
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[" in run("check").stdout
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[" not in run("check").stdout
    assert "\x1b[" in run("--color", "always", "check").stdout


def test_a_format_that_nobody_knows(repo: Repo) -> None:
    repo.write("a.txt", "x")

    done = run("check", "a.txt", "--type", "thrift")

    assert done.exit_code == 2
    assert done.stderr == (
        "error: unknown schema type 'THRIFT'; known: AVRO, JSON, PROTOBUF\n"
    )


@pytest.mark.parametrize("suffix", ["avsc", "schema.json", "proto"])
def test_a_text_that_nests_without_end(repo: Repo, suffix: str) -> None:
    deep = 50_000
    text = "message A {" * deep if suffix == "proto" else '{"items": ' * deep
    repo.write(f"a.{suffix}", text)
    closed = '{"$ref": "x", "items": ' * 5_000 + "1" + "}" * 5_000
    repo.write(f"b.{suffix}", closed)

    done = run("check")

    assert done.exit_code == 3
    assert done.stdout.count("error SCHEMA_INVALID") == 2
    assert "fault of dovetail" not in done.stderr


def test_a_linked_work_tree(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.stage("a.avsc", record("A", "id"))
    repo.commit()
    other = repo.root.parent / "linked"
    repo.git("worktree", "add", "-q", str(other))
    monkeypatch.chdir(other)
    (other / "a.avsc").write_text(json.dumps(record("A", "id", "x")))

    assert outcomes("check") == {"a.avsc": "incompatible"}


def test_a_repository_with_sha_256(
    tmp_path: Path, repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_DEFAULT_HASH", "sha256")
    other = Repo(tmp_path / "sha256")
    monkeypatch.chdir(other.root)
    other.stage("a.avsc", record("A", "id"))
    assert len(other.commit()) == 64
    other.stage("a.avsc", record("A", "id", "x"))

    assert outcomes("check", "--staged") == {"a.avsc": "incompatible"}


def test_a_project_in_a_folder_of_the_repository(
    repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo.write("team/dovetail.toml", 'exclude = ["old/"]\nroots = ["inc"]\n')
    repo.stage("team/old/junk.avsc", "junk")
    repo.stage("team/inc/x/a.proto", 'syntax = "proto3";\nmessage A {}\n')
    repo.stage(
        "team/b.proto",
        'syntax = "proto3";\nimport "x/a.proto";\nmessage B { A a = 1; }\n',
    )
    monkeypatch.chdir(repo.root / "team")

    assert outcomes("check", ".") == {"b.proto": "new", "inc/x/a.proto": "new"}


def test_a_file_of_another_repository(
    repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Repo(tmp_path / "other")
    other.stage("a.avsc", record("A", "id"))
    other.commit()
    other.write("a.avsc", record("A", "id", "x"))

    assert outcomes("check", str(other.root / "a.avsc")) == {
        "../other/a.avsc": "incompatible"
    }


def test_a_file_of_a_repository_below(
    repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo.stage("team/a.avsc", record("A", "id"))
    repo.write("team/dovetail.toml", 'level = "FORWARD"')
    repo.commit()
    repo.write("team/a.avsc", record("A", "id", "x"))
    for folder in (tmp_path, repo.root):
        monkeypatch.chdir(folder)
        path = (repo.root / "team" / "a.avsc").relative_to(folder).as_posix()
        (found,) = results("check", path)
        # The project file of the working folder holds, where that has a repository.
        level = "FORWARD" if folder == tmp_path else "BACKWARD"
        outcome = "compatible" if level == "FORWARD" else "incompatible"
        assert (found["file"], found["level"]) == (path, level)
        assert found["outcome"] == outcome


def test_git_that_is_not_installed(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.write("old.avsc", record("A", "id"))
    repo.write("new.avsc", record("A", "id", "x"))
    monkeypatch.setenv("PATH", "/nonexistent")

    assert outcomes("check", "new.avsc", "--against", "old.avsc") == {
        "new.avsc": "incompatible"
    }

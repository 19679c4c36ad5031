"""Each output: byte for byte as agreed, and valid in its own format.

After a wanted change: ``DOVETAIL_WRITE_GOLDEN=1 pytest tests/cli/output``, then
read the difference.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from lxml import etree

from registry.cli.options import REPORTS
from registry.cli.output import render
from tests.cli.conftest import Repo, record, run
from tests.cli.output.samples import RESULTS

HERE = Path(__file__).parent
SARIF = json.loads((HERE / "vendor" / "sarif-2.1.0-rtm.5.json").read_text())
JUNIT = etree.XMLSchema(etree.parse(HERE / "vendor" / "jenkins-junit.xsd"))


def plain(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


@pytest.mark.parametrize("format", REPORTS)
def test_the_agreed_bytes(format: str) -> None:
    golden = HERE / "golden" / f"{format}.txt"

    shown = render(format, RESULTS)

    if format == "text":
        shown = plain(shown)
    if os.environ.get("DOVETAIL_WRITE_GOLDEN"):
        golden.write_bytes(shown.encode())
    assert shown == golden.read_bytes().decode()


@pytest.mark.parametrize("format", REPORTS)
def test_no_results(format: str) -> None:
    nothing = {
        "text": "",
        "github": "",
        "gitlab": "[]\n",
        "markdown": "## Schema compatibility\n\nNo schemas to check.\n",
        "json": '{\n  "version": 1,\n  "results": []\n}\n',
    }

    shown = render(format, ())

    assert format not in nothing or shown == nothing[format]
    if format == "junit":
        JUNIT.assertValid(etree.fromstring(shown.encode()))
    if format == "sarif":
        jsonschema.validate(json.loads(shown), SARIF)


def test_sarif_is_valid_and_the_schema_can_refuse() -> None:
    log = json.loads(render("sarif", RESULTS))

    jsonschema.validate(log, SARIF)

    del log["runs"][0]["tool"]["driver"]["name"]
    with pytest.raises(jsonschema.ValidationError, match="'name' is a required"):
        jsonschema.validate(log, SARIF)


def test_junit_is_valid_and_the_schema_can_refuse() -> None:
    text = render("junit", RESULTS)

    JUNIT.assertValid(etree.fromstring(text.encode()))

    wrong = text.replace("<testcase name=", "<testcase nam=")
    assert not JUNIT.validate(etree.fromstring(wrong.encode()))


def test_junit_counts_agree_with_its_cases() -> None:
    tree = etree.fromstring(render("junit", RESULTS).encode())

    for kind, tag in {"failures": "failure", "errors": "error"}.items():
        assert int(tree.get(kind)) == len(list(tree.iter(tag)))
    assert int(tree.get("tests")) == len(list(tree.iter("testcase")))
    for suite in tree.iter("testsuite"):
        assert int(suite.get("tests")) == len(list(suite.iter("testcase")))


def test_github_escapes_what_its_runner_would_take_for_syntax() -> None:
    lines = render("github", RESULTS).splitlines()

    assert len(lines) == 3
    assert lines[0].startswith(
        "::error file=schemas/a%2C b%3Ac.avsc,line=7,col=5,"
        "title=AVRO_FIELD_NO_DEFAULT::100%25 of%0D%0Athe data: <broken>"
    )


def test_gitlab_has_what_its_report_needs() -> None:
    entries: list[dict[str, Any]] = json.loads(render("gitlab", RESULTS))

    assert len({each["fingerprint"] for each in entries}) == 3
    assert [each["severity"] for each in entries] == ["major", "info", "major"]
    assert entries[1]["location"] == {
        "path": "schemas/a, b:c.avsc",
        "lines": {"begin": 1},
    }


def test_a_fingerprint_survives_lines_that_move(repo: Repo) -> None:
    def prints() -> list[str]:
        found = json.loads(run("check", "--format", "gitlab").stdout)
        return [each["fingerprint"] for each in found]

    repo.stage("a.avsc", record("A", "id"))
    repo.commit()
    repo.write("a.avsc", record("A", "id", "x"))
    before = prints()
    repo.write("a.avsc", "\n\n" + json.dumps(record("A", "id", "x")))

    assert prints() == before
    assert len(before) == 1


@pytest.mark.parametrize("format", ["sarif", "junit"])
def test_a_real_check_is_valid(repo: Repo, format: str) -> None:
    for name in ("a", "ümlaut & <b>"):
        repo.stage(f"{name}.avsc", record("A", "id"))
    repo.commit()
    for name in ("a", "ümlaut & <b>"):
        repo.write(f"{name}.avsc", record("A", "id", "x"))
    repo.write("junk.avsc", b"\xff")

    shown = run("check", "--level", "FULL", "--format", format).stdout

    if format == "sarif":
        jsonschema.validate(json.loads(shown), SARIF)
    else:
        JUNIT.assertValid(etree.fromstring(shown.encode()))
    assert "AVRO_FIELD_NO_DEFAULT" in shown

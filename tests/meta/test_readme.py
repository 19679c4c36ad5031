"""The README's commands work as it says, in its order, on an empty registry."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.meta.tree import ROOT
from tests.running import running

_STEP = re.compile(r"```sh\n(.*?)```.*?```json\n(.*?)```", re.DOTALL)
_README = (ROOT / "README.md").read_text()
_HERE = "http://127.0.0.1:8081"


def _shown_of(answer: Any, shown: Any) -> Any:
    """Return the parts of ``answer`` that the README shows; it leaves members out."""
    if isinstance(answer, dict) and isinstance(shown, dict):
        return {
            name: _shown_of(answer[name], shown[name])
            for name in shown
            if name in answer
        }
    if isinstance(answer, list) and isinstance(shown, list):
        if len(answer) != len(shown):
            return answer
        return [_shown_of(*pair) for pair in zip(answer, shown, strict=True)]
    return answer


@pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl to run")
def test_each_curl_line_answers_what_is_shown(tmp_path: Path) -> None:
    steps = _STEP.findall(_README)
    assert len(steps) == _README.count("```sh\n")
    assert {"AVRO", "JSON", "PROTOBUF"} <= set(re.findall(r'": "([A-Z]+)"', _README))

    with running(f"sqlite:///{tmp_path}/dovetail.db", tmp_path) as dovetail:
        for command, shown in steps:
            assert _HERE in command
            done = subprocess.run(
                ["bash", "-c", command.replace(_HERE, dovetail.url)],
                check=True,
                capture_output=True,
                text=True,
                timeout=30,
            )
            answer, expected = json.loads(done.stdout), json.loads(shown)
            assert _shown_of(answer, expected) == expected, done.stdout


def test_each_make_target_that_it_names_exists() -> None:
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)

    assert set(re.findall(r"^make ([a-z]+)", _README, re.MULTILINE)) <= set(targets)


@pytest.mark.parametrize(
    "page",
    sorted(
        path.relative_to(ROOT).as_posix()
        for pattern in ("*.md", "docs/**/*.md", "tests/*.md")
        for path in ROOT.glob(pattern)
    ),
)
def test_each_link_inside_the_repository_leads_somewhere(page: str) -> None:
    path = ROOT / page
    links = re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", path.read_text())

    assert [link for link in links if not (path.parent / link).exists()] == []

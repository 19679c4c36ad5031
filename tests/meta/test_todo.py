"""A note to come back to something says where that is tracked."""

from __future__ import annotations

import re

from tests.meta.tree import ROOT, files

_NOTE = re.compile(r"\b(?:TODO|FIXME|XXX)\b(?!\(#\d+\))")
_HERE = "tests/meta/test_todo.py"


def test_every_todo_has_an_issue_number() -> None:
    texts = files(".py", ".md", ".cfg", ".toml", ".yaml", ".yml", ".html", "Makefile")

    unnumbered = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in texts
        if path.relative_to(ROOT).as_posix() != _HERE
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if _NOTE.search(line)
    ]

    assert unnumbered == [], "write TODO(#123)"

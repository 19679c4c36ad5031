"""What the documents say of settings is what `registry.settings` reads."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from registry.settings import Settings, setting_names
from tests.meta.tree import ROOT, files

_PAGE = ROOT / "docs" / "reference" / "settings.md"
_DOCUMENTS = [
    *files(".md", ".yaml", ".yml"),
    ROOT / "Dockerfile",
]
# Read by the command line and the clients, not by the server.
_NOT_THE_SERVERS = ("DOVETAIL_REGISTRY_", "DOVETAIL_CLI_", "DOVETAIL_TEST_")


def settings_table() -> str:
    """Return the table of all settings, as Markdown."""
    rows = [
        "| variable | default | meaning | also read from |",
        "| --- | --- | --- | --- |",
    ]
    for name, each in zip(setting_names(), fields(Settings), strict=True):
        default = each.default
        if isinstance(default, bool):
            default = str(default).lower()
        also = f"`{each.metadata['confluent']}`" if each.metadata["confluent"] else ""
        rows.append(f"| `{name}` | `{default}` | {each.metadata['doc']} | {also} |")
    return "\n".join(rows)


def test_the_page_of_settings_has_them_all() -> None:
    assert settings_table() in _PAGE.read_text(), (
        "put this into docs/reference/settings.md:\n" + settings_table()
    )


@pytest.mark.parametrize(
    "path", _DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix()
)
def test_each_setting_that_a_document_names_is_one(path: Path) -> None:
    named = re.findall(r"\bDOVETAIL_[A-Z][A-Z_]*[A-Z]\b", path.read_text())

    unknown = [
        name
        for name in named
        if name not in setting_names() and not name.startswith(_NOT_THE_SERVERS)
    ]

    assert unknown == []

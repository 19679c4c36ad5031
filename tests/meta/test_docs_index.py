"""docs/index.md leads to every page."""

from __future__ import annotations

from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"


def test_every_page_is_listed() -> None:
    index = (DOCS / "index.md").read_text(encoding="utf-8")
    pages = {path.relative_to(DOCS).as_posix() for path in DOCS.glob("*/*.md")}
    own = {page for page in pages if page.split("/")[0] != "rules"} | {"rules/index.md"}

    assert [page for page in sorted(own) if f"({page})" not in index] == []

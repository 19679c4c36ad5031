"""The pages in docs/rules are what the rules' docstrings and cases say."""

from __future__ import annotations

from scripts.rule_pages import PAGES, pages


def test_the_pages_are_up_to_date() -> None:
    made = pages()

    stale = [
        name
        for name, text in made.items()
        if not (PAGES / name).is_file()
        or (PAGES / name).read_text(encoding="utf-8") != text
    ]
    extra = [path.name for path in PAGES.glob("*.md") if path.name not in made]

    assert (stale, extra) == ([], []), "run `make docs`"

"""The README's examples of a break are the engine's own output."""

from __future__ import annotations

import pytest

from scripts.readme_examples import README, ROOT, readme


def test_the_examples_are_what_check_prints(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)

    assert README.read_text(encoding="utf-8") == readme(), "run `make docs`"

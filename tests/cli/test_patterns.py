"""Path patterns of the project file."""

from __future__ import annotations

import pytest

from registry.cli.patterns import compiled


@pytest.mark.parametrize(
    ("pattern", "path", "captured"),
    [
        ("*.avsc", "a.avsc", {}),
        ("*.avsc", "deep/down/a.avsc", {}),
        ("schemas/*.avsc", "schemas/a.avsc", {}),
        ("schemas/*.avsc", "schemas/deep/a.avsc", None),
        ("schemas/**/*.avsc", "schemas/a.avsc", {}),
        ("schemas/**/*.avsc", "schemas/x/y/a.avsc", {}),
        ("schemas/**", "schemas/x/y/a.avsc", {}),
        ("vendor/", "vendor/a/b.proto", {}),
        ("vendor/", "other/vendor/a.proto", None),
        ("{topic}/value.avsc", "orders/value.avsc", {"topic": "orders"}),
        ("{topic}/value.avsc", "a/orders/value.avsc", None),
        ("**/{topic}-{kind}.avsc", "a/o-key.avsc", {"topic": "o", "kind": "key"}),
        ("{a}/{a}.avsc", "x/x.avsc", {"a": "x"}),
        ("{a}/{a}.avsc", "x/y.avsc", None),
        ("a?c.proto", "abc.proto", {}),
        ("a[b].proto", "a[b].proto", {}),
        ("a[b].proto", "ab.proto", None),
        ("/top.avsc", "top.avsc", {}),
    ],
)
def test_a_pattern_and_a_path(
    pattern: str, path: str, captured: dict[str, str] | None
) -> None:
    assert compiled(pattern).match(path) == captured


@pytest.mark.parametrize("pattern", ["{", "a{}b/c", "{1}/x", "x{a"])
def test_a_brace_that_captures_nothing(pattern: str) -> None:
    with pytest.raises(ValueError, match=r"a \{ needs a name"):
        compiled(pattern)

"""Finding formats by name, and importing no more than is needed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from compat import SUFFIXES, UnknownFormat, all_formats, format_named

ROOT = Path(__file__).parent.parent.parent
_PRINT = (
    "import sys; from compat import format_named; format_named({!r}); "
    "print(*sorted(m for m in sys.modules if m.count('.') == 2 "
    "and m.startswith('compat.formats.')))"
)


def test_a_format_by_name_is_the_one_of_the_list() -> None:
    for name, format in all_formats().items():
        assert format_named(name) is format


def test_each_format_of_ours_has_file_endings_and_they_have_formats() -> None:
    assert set(SUFFIXES.values()) == set(all_formats())


def test_a_name_that_is_none() -> None:
    with pytest.raises(UnknownFormat, match="unknown schema type 'THRIFT'"):
        format_named("THRIFT")


@pytest.mark.parametrize("name", sorted(all_formats()))
def test_the_other_formats_are_not_imported(name: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _PRINT.format(name)],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.split() == [type(format_named(name)).__module__]

"""Database URLs as people write them."""

from __future__ import annotations

import pytest

from registry.database_url import read_database_url
from registry.settings import InvalidSetting, Settings


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("sqlite:///d.db", "sqlite:///d.db"),
        ("postgresql://u:p%40@h:5/d", "postgresql+psycopg://u:p%40@h:5/d"),
        ("postgres://h/d?sslmode=require", "postgresql+psycopg://h/d?sslmode=require"),
        (
            "postgresql://u:p@one:5432,two/d",
            "postgresql+psycopg://u:p@/d?host=one:5432&host=two:5432"
            "&target_session_attrs=read-write",
        ),
        (
            "postgresql://one,two/d?target_session_attrs=any&sslmode=require",
            "postgresql+psycopg:///d?host=one:5432&host=two:5432"
            "&target_session_attrs=any&sslmode=require",
        ),
    ],
)
def test_a_url_that_can_be_used(written: str, read: str) -> None:
    assert read_database_url(written) == read


@pytest.mark.parametrize("written", ["mysql://h/d", "d.db", "postgresql://h:port/d"])
def test_a_url_that_can_not_be_used(written: str) -> None:
    with pytest.raises(ValueError, match=r"^must "):
        read_database_url(written)


def test_a_refused_url_keeps_its_password_to_itself() -> None:
    with pytest.raises(InvalidSetting) as refused:
        Settings.from_environment({"DOVETAIL_DATABASE_URL": "mysql://u:secret@h/d"})

    assert "mysql://u:***@h/d" in str(refused.value)
    assert "secret" not in str(refused.value)

"""What is kept, and for how long."""

from __future__ import annotations

import pytest

from registry.front.answers import Answer, Answers
from registry.front.watch import Moment
from registry.metrics import Metrics

KEY = (b"/schemas/ids/1", b"")
OBSERVER = Metrics().observer("GET", "/schemas/ids/<int:id>")


def answer(
    *, size: int = 10, lasting: bool = True, moment: Moment | None = None
) -> Answer:
    return Answer(
        headers=(("Content-Type", "x"), ("ETag", '"e"')),
        body=b"x" * size,
        etag='"e"',
        lasting=lasting,
        moment=moment or Moment(1, 1),
        observer=OBSERVER,
    )


@pytest.mark.parametrize(
    ("lasting", "made", "now", "holds"),
    [
        (True, Moment(1, 1), Moment(1, 1), True),
        (True, Moment(1, 1), Moment(2, 1), True),
        (True, Moment(1, 1), Moment(2, 2), False),
        (True, Moment(None, 1), Moment(None, 1), True),
        (True, Moment(None, 2), Moment(None, 1), False),
        (False, Moment(1, 1), Moment(1, 1), True),
        (False, Moment(1, 1), Moment(2, 1), False),
        (False, Moment(None, 1), Moment(None, 1), False),
    ],
)
def test_an_answer_holds_until(
    lasting: bool, made: Moment, now: Moment, holds: bool
) -> None:
    answers = Answers(100_000)
    kept = answer(lasting=lasting, moment=made)
    answers.keep(KEY, kept)

    assert answers.find(KEY, now) is (kept if holds else None)


def test_the_oldest_makes_room() -> None:
    answers = Answers(10_000)
    keys = [(b"/schemas/ids/%d" % number, b"") for number in range(20)]
    for key in keys:
        answers.keep(key, answer(size=1000))

    found = [key for key in keys if answers.find(key, Moment(1, 1))]

    assert found == keys[-3:]


def test_keeping_again_takes_no_more_room() -> None:
    answers = Answers(10_000)
    first = (b"/schemas/ids/0", b"")
    answers.keep(first, answer())
    for _ in range(100):
        answers.keep(KEY, answer(size=1000))

    assert answers.find(first, Moment(1, 1)) is not None


@pytest.mark.parametrize("limit", [0, 2000])
def test_what_has_no_room_is_not_kept(limit: int) -> None:
    answers = Answers(limit)
    answers.keep(KEY, answer())

    assert answers.find(KEY, Moment(1, 1)) is None


def test_a_long_query_is_not_kept() -> None:
    answers = Answers(10_000_000)
    key = (b"/schemas/ids/1?" + b"x" * 3000, b"")
    answers.keep(key, answer())

    assert answers.find(key, Moment(1, 1)) is None

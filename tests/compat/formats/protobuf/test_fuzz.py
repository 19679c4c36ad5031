"""A short run of the fuzzer; ``python -m tests.fuzz.protobuf`` makes long ones."""

from __future__ import annotations

from tests.fuzz.protobuf import run


def test_random_pairs_get_the_verdict_that_upb_confirms() -> None:
    tally = run(60, seed=3, pairs_at_most=200)

    assert tally.wrong == []
    assert tally.counts["pairs"] > 190
    assert tally.counts["witnessed"] > 50
    assert tally.counts["compatible"] > 50

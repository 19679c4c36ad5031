"""A short run of the fuzzer; ``python -m tests.fuzz.avro`` is the long one."""

from __future__ import annotations

import pytest

from tests.fuzz.avro import run


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_random_pairs(seed: int) -> None:
    tally = run(60, seed, pairs_at_most=2_000)

    assert tally.wrong == []
    inhabited = tally.counts["witnessed"] + tally.counts["rule only"]
    assert tally.counts["witnessed"] / inhabited >= 0.98
    assert tally.counts["data read"] > 1_000
    assert tally.counts["unknown"] == 0
    assert tally.counts["versions cleared by a history"] > 400

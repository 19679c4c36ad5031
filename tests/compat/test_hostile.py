"""Schemas made to cost a lot: a clear answer, in bounded time and memory."""

from __future__ import annotations

import pytest

from tests.fuzz.hostile import MEGABYTES, SECONDS, measured

# Each once took minutes or gigabytes, or ended the process. The others cost too
# much for every run: python -m tests.fuzz.hostile tries them all.
WORST = {
    "AVRO": [
        "a closure of 1,000 wide ones",
        "a long namespace over 100,000 aliases",
        "a long namespace over 20,000 records",
        "a web of 2,000 records",
        "a name of 1 MB",
        "a default of 1 MB for none of 10,000 branches",
        "300,000 values for the last of 10,000 branches",
    ],
    "JSON": [
        "2,000 dynamic anchors",
        "a key of 1 MB above 20,000 schemas",
        "a key of 1 MB above 5 differences",
        "an id of 1 MB above 20,000 anchors",
        "anyOf of 10,000 tagged objects",
        "300,000 schemas",
        "exponential automata",
        "multiples of large primes",
        "large classes",
        "60 patterns of names",
        "mutual recursion",
        "diamond of 2^30 paths",
    ],
    "PROTOBUF": [
        "10^15 required messages",
        "100,000 reserved numbers",
        "5,000 messages of 10",
        "5,000 oneofs",
        "a closure of 900 in public",
        "a long package over 5,000 messages",
        "a oneof of 60,000",
        "a web of 1,000 messages",
        "one number 50,000 times",
    ],
}
CLEAR = (
    "compatible",
    "incompatible",
    "unknown",
    "InvalidSchema",
    "UnresolvedReference",
)


@pytest.mark.parametrize(
    ("name", "case"), [(name, case) for name, cases in WORST.items() for case in cases]
)
def test_hostile_schemas_stay_within_time_and_memory(name: str, case: str) -> None:
    found = measured(name, case)

    answers = {step: found.answers[step].split(" ")[2] for step in ("forth", "back")}
    assert all(each.rstrip(":") in CLEAR for each in answers.values()), answers
    # Twice the bound that is meant, for machines that are busy.
    assert found.seconds < 2 * SECONDS, found.answers
    assert found.megabytes < MEGABYTES

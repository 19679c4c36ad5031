"""A modest run of the fuzzer; `python -m tests.fuzz.payloads` is the long one."""

from __future__ import annotations

from registry.client import RegistryClient
from tests.fuzz.payloads import run


def test_broken_payloads_end_as_values_or_as_the_documented_error(
    client: RegistryClient,
) -> None:
    outcomes = run(client, 300, seed=7)
    assert sum(outcomes.values()) == 300 * 9

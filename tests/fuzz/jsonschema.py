"""Random pairs of JSON Schemas against two real validators.

``python -m tests.fuzz.jsonschema --seconds 600 --seed 1`` prints what it saw. A
verdict is wrong when a pair that is said to be compatible has a datum that the
writer accepts and the reader refuses, or a witness does not show what it claims.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from dataclasses import dataclass, field
from random import Random
from typing import Any

import jsonschema
import jsonschema_rs

from compat.budget import Budget
from compat.errors import BudgetSpent, InvalidSchema
from compat.plugin import Format, format_named
from tests.fuzz.jsonschema_schemas import DRAFTS, data, mutated, schema

__all__ = ["Tally", "run"]

PYTHON: dict[int, Any] = {
    4: jsonschema.Draft4Validator,
    6: jsonschema.Draft6Validator,
    7: jsonschema.Draft7Validator,
    2019: jsonschema.Draft201909Validator,
    2020: jsonschema.Draft202012Validator,
}
RUST: dict[int, Any] = {
    4: jsonschema_rs.Draft4Validator,
    6: jsonschema_rs.Draft6Validator,
    7: jsonschema_rs.Draft7Validator,
    2019: jsonschema_rs.Draft201909Validator,
    2020: jsonschema_rs.Draft202012Validator,
}
DATA = list(data())


@dataclass(slots=True)
class Tally:
    """What a run saw."""

    counts: Counter[str] = field(default_factory=Counter)
    wrong: list[dict[str, Any]] = field(default_factory=list)
    unknown: Counter[str] = field(default_factory=Counter)
    unshown: list[dict[str, Any]] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)


def run(seed: int, *, pairs: int | None = None, seconds: float | None = None) -> Tally:
    """Check random pairs until there are ``pairs``, or ``seconds`` have passed."""
    random = Random(seed)
    format = format_named("JSON")
    tally = Tally()
    end = time.monotonic() + seconds if seconds is not None else None
    while (pairs is None or tally.counts["pairs"] < pairs) and (
        end is None or time.monotonic() < end
    ):
        draft = random.choice([4, 6, 7, 2019, 2020, 2020])
        writer = schema(random, draft, 3)
        close = random.random() < 0.7
        reader = mutated(random, draft, writer) if close else schema(random, draft, 3)
        _judge(format, tally, draft, _rooted(writer, draft), _rooted(reader, draft))
    return tally


def _rooted(made: Any, draft: int) -> dict[str, Any]:
    body = made if isinstance(made, dict) else {"allOf": [made]}
    return {"$schema": DRAFTS[draft], **body}


def _judge(
    format: Format,
    tally: Tally,
    draft: int,
    writer: dict[str, Any],
    reader: dict[str, Any],
) -> None:
    try:
        parsed = [format.parse(json.dumps(each)) for each in (reader, writer)]
    except InvalidSchema:
        tally.counts["invalid"] += 1
        return
    tally.counts["pairs"] += 1
    pair = {"writer": writer, "reader": reader}
    writer, reader = _of_draft(draft, writer), _of_draft(draft, reader)
    start = time.perf_counter()
    try:
        reading = format.can_read(parsed[0], parsed[1], Budget())
    except BudgetSpent:
        tally.counts["unknown"] += 1
        tally.unknown["budget"] += 1
        return
    finally:
        tally.seconds.append(time.perf_counter() - start)
    if reading.findings:
        tally.counts["incompatible"] += 1
        shown = [each.witness for each in reading.findings if each.witness]
        tally.counts["witnessed" if shown else "rule only"] += 1
        if not shown:
            tally.unshown.append(pair)
        if reading.unknown:
            tally.counts["partly unknown"] += 1
        for witness in shown:
            if not _breaks(draft, writer, reader, witness.value):
                tally.wrong.append({**pair, "witness": witness.value})
    elif reading.unknown:
        tally.counts["unknown"] += 1
        tally.unknown[reading.unknown[0]] += 1
    else:
        tally.counts["compatible"] += 1
        found = _counterexample(draft, writer, reader)
        if found is not None:
            tally.wrong.append({**pair, "datum": found[0]})


def _of_draft(draft: int, made: Any) -> Any:
    """Return a schema without ``dependencies``, from 2019-09 on no keyword any more.

    jsonschema-rs applies it all the same. The engine gets it, to leave it alone.
    """
    if draft < 2019:
        return made
    if isinstance(made, list):
        return [_of_draft(draft, each) for each in made]
    if isinstance(made, dict):
        kept = {name: each for name, each in made.items() if name != "dependencies"}
        return {name: _of_draft(draft, each) for name, each in kept.items()}
    return made


def _breaks(draft: int, writer: Any, reader: Any, value: Any) -> bool:
    return all(_shows(kind[draft], writer, reader, value) for kind in (PYTHON, RUST))


def _shows(validator: Any, writer: Any, reader: Any, value: Any) -> bool:
    try:
        return bool(
            validator(writer).is_valid(value) and not validator(reader).is_valid(value)
        )
    except TypeError:
        # jsonschema fails on unevaluatedItems beside boolean items: no opinion.
        return validator not in RUST.values()


def _counterexample(draft: int, writer: Any, reader: Any) -> tuple[Any] | None:
    """Return a datum that both validators say shows a break, in a tuple."""
    accepts, reads = RUST[draft](writer), RUST[draft](reader)
    for value in DATA:
        one = accepts.is_valid(value) and not reads.is_valid(value)
        if one and _breaks(draft, writer, reader, value):
            return (value,)
    return None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    tally = run(options.seed, seconds=options.seconds)
    for name, count in tally.counts.most_common():
        print(f"{count:8d} {name}")  # noqa: T201
    print(f"{len(tally.wrong):8d} wrong")  # noqa: T201
    for reason, count in tally.unknown.most_common():
        print(f"{count:8d} unknown: {reason}")  # noqa: T201
    times = sorted(tally.seconds)
    for share in (0.5, 0.9, 0.99, 1.0):
        at = times[min(len(times) - 1, int(share * len(times)))]
        print(f"{at * 1000:8.2f} ms at {share:.0%}")  # noqa: T201
    for case in [*tally.wrong[:5], *tally.unshown[:3]]:
        print(json.dumps(case))  # noqa: T201


if __name__ == "__main__":
    main()

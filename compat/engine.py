"""The check itself: a level, a new schema, and the versions before it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import partial
from itertools import chain
from typing import Any

from compat.budget import DEFAULT_STEPS, Budget
from compat.cache import Cache
from compat.errors import BudgetSpent
from compat.fixes import advised_fix, proven_fix
from compat.history import Chain
from compat.levels import Level
from compat.plugin import Format, Summary
from compat.policy import Policy
from compat.schema import Deferred
from compat.verdict import Direction, Finding, Proof, Reading, Report, Verdict

__all__ = ["ENGINE_VERSION", "check", "read"]

ENGINE_VERSION = "5"
"""Changes whenever any verdict can; cached verdicts of other versions are not used."""


PAIRS_WORTH = 25
"""All versions of one check together may cost as many steps as so many pairs.

A thousand versions of a thousand fields cost less.
"""

_CHARACTERS_PER_STEP = 50
"""How much text of a version is parsed in the time of one step."""

PROVEN_FIXES = 20
"""How many findings of one report get a schema that was checked again."""


def check(
    format: Format,
    new: Any,
    old: Sequence[tuple[int | None, Any]],
    level: Level,
    *,
    policy: Policy = Policy.STRICT,
    steps: int = DEFAULT_STEPS,
    cache: Cache | None = None,
    fixes: bool = True,
    history: Summary | None = None,
) -> Report:
    """Check ``new`` against the versions in ``old``, oldest first.

    The level decides which versions and which directions count; the format
    only ever answers one question, whether a reader can read a writer. Every
    failing version is reported, the newest first.

    One pair may cost ``steps``, all of them together `PAIRS_WORTH` times as
    many, the lengths of their texts included; the versions that are left then
    are unknown. What ``cache`` remembers costs nothing, so the same check gets
    further when it is asked again; then a version may be `Deferred`.

    ``fixes`` asks for edited schemas that are checked again, which costs about
    one more check for each blocking finding; the first `PROVEN_FIXES` of the
    newest failing version get them.

    ``history`` holds exactly the versions in ``old``: with it a transitive
    check reads only the newest version and those that it suspects, and takes
    no other out of ``old``.
    """
    versions = old if level.transitive else old[-1:]
    findings: list[Finding] = []
    # All fixes together may cost a quarter of what one answer may.
    spare = Budget(steps // 4, witnesses=False)
    unknown: dict[str, None] = {}
    whole = Budget(steps * PAIRS_WORTH)
    ask = partial(read, format, steps=steps, cache=cache, whole=whole)
    # Links between versions are worth their cost only where they are kept.
    composes = format.transitive and cache is not None
    directions = level.directions
    chains = {each: Chain(ask, each, composes=composes) for each in directions}
    suspects = _suspects(new, versions, level, history)
    proven = 0
    order = sorted({*chain.from_iterable(suspects.values())}, reverse=True)
    for done, number in enumerate(order):
        if done and whole.left <= 0:
            unknown[_left_out(len(order) - done, whole)] = None
            break
        version, schema = versions[number]
        if not isinstance(schema, Deferred):
            whole.left -= _length(schema) // _CHARACTERS_PER_STEP
        failed = False
        for direction in directions:
            if number not in suspects[direction]:
                continue
            reading = chains[direction].read(new, schema)
            if reading.unknown:
                unknown |= dict.fromkeys(reading.unknown)
            if not reading.findings:
                continue
            schema = _parsed(schema, whole)
            backward = direction is Direction.BACKWARD
            reader, writer = (new, schema) if backward else (schema, new)
            for finding in reading.findings:
                # A cached answer may come from another spelling of the reader.
                place = format.locate(reader, finding.path)
                placed = replace(
                    finding, direction=direction, version=version, location=place
                )
                if policy.blocks(placed, format.rules):
                    failed = True
                    fix = advised_fix(format, placed)
                    if fixes and proven < PROVEN_FIXES:
                        proven += 1
                        fix = proven_fix(format, reader, writer, placed, reading, spare)
                    placed = replace(placed, fix=fix)
                findings.append(placed)
        fixes = fixes and not failed
    return _report(format, policy, tuple(findings), tuple(unknown))


def _suspects(
    new: Any,
    versions: Sequence[tuple[int | None, Any]],
    level: Level,
    history: Summary | None,
) -> dict[Direction, Collection[int]]:
    """Return the places of the versions to read: all, unless a history knows."""
    if history is None or not level.transitive or len(history) != len(versions):
        return dict.fromkeys(level.directions, range(len(versions)))
    newest = {len(versions) - 1}
    return {each: history.suspects(new, each) | newest for each in level.directions}


def read(
    format: Format,
    reader: Any,
    writer: Any,
    *,
    steps: int = DEFAULT_STEPS,
    cache: Cache | None = None,
    whole: Budget | None = None,
) -> Reading:
    """Ask ``format`` whether ``reader`` can read ``writer``, within ``steps``.

    What that cost is taken off ``whole``, which may end below nothing.
    """
    if reader.fingerprint == writer.fingerprint:
        return Reading()
    key = (format.name, reader.fingerprint, writer.fingerprint, steps, ENGINE_VERSION)
    if cache is not None and (kept := cache.get(key)) is not None:
        return kept
    reader, writer = _parsed(reader, whole), _parsed(writer, whole)
    budget = Budget(steps)
    try:
        reading = format.can_read(reader, writer, budget)
    except BudgetSpent as spent:
        reading = Reading(unknown=(f"the search {spent}",))
    if whole is not None:
        whole.left -= steps - budget.left
    if cache is not None:
        cache.put(key, reading, steps - budget.left)
    return reading


def _parsed(schema: Any, whole: Budget | None) -> Any:
    """Return the schema itself; to parse it costs as if it had been given whole."""
    if not isinstance(schema, Deferred):
        return schema
    parsed = schema.parse()
    if whole is not None:
        whole.left -= _length(parsed) // _CHARACTERS_PER_STEP
    return parsed


def _length(schema: Any) -> int:
    length = len(schema.text)
    # Most have none, and this is asked of each of a thousand versions.
    if schema.references:
        length += sum(map(len, schema.references.values()))
    return length


def _left_out(count: int, whole: Budget) -> str:
    which = "the oldest version" if count == 1 else f"the {count} oldest versions"
    return f"{which}: the check of all versions gave up after {whole.steps} steps"


_PROVED = Report(Verdict.COMPATIBLE, Proof.EXHAUSTED)


def _report(
    format: Format,
    policy: Policy,
    findings: tuple[Finding, ...],
    unknown: tuple[str, ...],
) -> Report:
    if not findings and not unknown:
        return _PROVED
    blocking = [each for each in findings if policy.blocks(each, format.rules)]
    if blocking:
        shown = any(each.witness for each in blocking)
        proof = Proof.WITNESS if shown else Proof.RULE
        return Report(Verdict.INCOMPATIBLE, proof, findings, unknown)
    if unknown:
        return Report(Verdict.UNKNOWN, None, findings, unknown)
    return Report(Verdict.COMPATIBLE, Proof.EXHAUSTED, findings)

"""Whether one schema reads another: the verdict, every difference, its witness."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from compat.budget import Budget
from compat.errors import BudgetSpent
from compat.formats.jsonschema.automata.language import Inexpressible
from compat.formats.jsonschema.differences import Leaf, Walk
from compat.formats.jsonschema.evaluate import holds
from compat.formats.jsonschema.form import Form, negate
from compat.formats.jsonschema.ruling import RULES, words_of
from compat.formats.jsonschema.schema import JsonSchema
from compat.formats.jsonschema.search import Search
from compat.formats.jsonschema.values import NOTHING, Unwritable, plain
from compat.formats.jsonschema.witness import NAMES, Judge
from compat.verdict import Finding, Fix, Reading, Witness

__all__ = ["can_read"]

_CHARACTERS_PER_STEP = 50
"""How much of a schema its validators read in the time of one step."""

_OUTCOME = "valid under the writer's schema, refused under the reader's"


def can_read(reader: JsonSchema, writer: JsonSchema, budget: Budget) -> Reading:
    """Find every way in which ``reader`` refuses data that ``writer`` allows.

    Raises `BudgetSpent` when not even the first was found in time.
    """
    search = Search(budget)
    return _Question(reader, writer, search, Walk(search)).answer()


@dataclass(slots=True)
class _Question:
    """One reader, one writer, and what is found so far."""

    reader: JsonSchema
    writer: JsonSchema
    search: Search
    walk: Walk
    unknown: dict[str, None] = field(default_factory=dict)
    findings: dict[tuple[str, str], Finding] = field(default_factory=dict)
    judges: dict[str, Judge] = field(default_factory=dict)
    first: Any = NOTHING

    def answer(self) -> Reading:
        literals = [self.writer.node.form, negate(self.reader.node.form)]
        first = self.first = self.search.find(literals)
        guessed = first is NOTHING and bool(self.search.gaps)
        if guessed:
            first, refuted = self._guess(literals)
            if refuted:
                return Reading()
        if first is NOTHING:
            return Reading(unknown=tuple(self.search.gaps))
        try:
            for leaf in self.walk.leaves(self.reader.node, self.writer.node):
                self._look(leaf)
        except BudgetSpent as spent:
            self.unknown[f"further differences: the search {spent}"] = None
        if not self.findings and (guessed or not self.unknown):
            self._unplaced(first)
        return Reading(tuple(self.findings.values()), tuple(self.unknown))

    def _guess(self, literals: list[Form]) -> tuple[Any, bool]:
        """Return a value found without the constructs that the search leaves out.

        Only one that the validators confirm as a witness. The flag is whether
        there is none even without those constructs, and so none at all.
        """
        search = Search(self.search.budget, ignore=True)
        found = search.find(literals)
        if found is NOTHING:
            return NOTHING, not search.gaps
        return (NOTHING if self._confirmed(found) is None else found), False

    def _look(self, leaf: Leaf) -> None:
        """Add the finding of ``leaf``, if some value breaks it."""
        known = self.findings.get((leaf.path, leaf.kind + leaf.name))
        if known is not None and known.witness is not None:
            return
        disputed = False
        huge = False
        for value in self._values(leaf):
            if isinstance(value, Unwritable):
                huge = True
                continue
            witness = self._confirmed(value)
            if witness is not None:
                self._add(leaf, witness)
                return
            disputed = True
        if huge:
            self._add(leaf, None)
        elif disputed:
            both = f"{NAMES[0]} and {NAMES[1]}"
            self.unknown[f"{leaf.path or '/'}: {both} do not confirm it"] = None

    def _values(self, leaf: Leaf) -> Iterator[Any]:
        """Yield values that break ``leaf``; first one that breaks nothing else."""
        literals: list[Form] = [self.writer.node.form, leaf.goal]
        # The value that was found first often breaks one leaf and no other.
        self.search.budget.spend(1 + leaf.size // 8)
        if self._meets(self.first, [leaf.goal, *leaf.alone()]):
            yield self.first
        for wanted in ([*literals, *leaf.alone()], literals):
            self.search.budget.spend(1 + len(wanted) // 8 + leaf.size // 4)
            outer, self.search.gaps = self.search.gaps, {}
            found = self.search.find(wanted)
            gaps, self.search.gaps = self.search.gaps, outer
            if found is not NOTHING:
                yield found
            elif wanted is literals and gaps:
                if self._guess(literals)[1]:
                    continue
                guess, _ = self._guess([*literals, *leaf.alone()])
                keyword = leaf.levels[-1].part.keyword
                if guess is NOTHING or not self._judge(self.reader).blames(
                    plain(guess), keyword
                ):
                    self.unknown.update(gaps)
                    continue
                yield guess

    def _meets(self, value: Any, literals: list[Form]) -> bool:
        if value is NOTHING or isinstance(value, Unwritable):
            return False
        try:
            return all(holds(each, value, self.search.matches) for each in literals)
        except (Inexpressible, KeyError):  # a member may be too large to write
            return False

    def _confirmed(self, value: Any) -> Witness | None:
        """Return ``value`` as a witness if the validators agree that it is one."""
        if isinstance(value, Unwritable):
            return None
        shown = plain(value)
        sides = zip(
            NAMES,
            self._judge(self.writer).opinion(shown),
            self._judge(self.reader).opinion(shown),
            strict=True,
        )
        names = []
        for name, accepted, read in sides:
            if accepted is False or read is True:
                return None
            if accepted is True and read is False:
                names.append(name)
        return Witness(shown, _OUTCOME, tuple(names)) if names else None

    def _judge(self, schema: JsonSchema) -> Judge:
        """Return the judge of ``schema``, made once, and pay for one opinion."""
        self.search.budget.spend(1 + len(schema.canonical) // _CHARACTERS_PER_STEP)
        name = schema.fingerprint
        if name not in self.judges:
            self.judges[name] = Judge(schema, self.search.matches)
        return self.judges[name]

    def _add(self, leaf: Leaf, witness: Witness | None) -> None:
        rule, message = words_of(leaf)
        self.walk.blocking += not RULES[rule].lenient
        old = leaf.mirror.values(leaf.kind)
        if leaf.kind == "type" and len(old) > 1:
            names = (e if isinstance(e, list) else [e] for e in old)
            old = [list(dict.fromkeys(name for each in names for name in each))]
        finding = Finding(
            rule=rule,
            severity=RULES[rule].severity,
            path=leaf.path,
            message=message,
            reader=plain(leaf.value),
            writer=plain(old[0]) if old else None,
            fix=Fix(RULES[rule].advice),
            witness=witness,
        )
        self.findings[leaf.path, leaf.kind + leaf.name] = finding

    def _unplaced(self, value: Any) -> None:
        """Report a difference that no keyword of the reader accounts for."""
        rule = "JSON_SCHEMA_NARROWED"
        self.findings["", rule] = Finding(
            rule=rule,
            severity=RULES[rule].severity,
            path="",
            message="the schema refuses some value that the writer's schema allows",
            fix=Fix(RULES[rule].advice),
            witness=self._confirmed(value),
        )

"""Searches a value that meets some literals, or refutes that there is one.

Propagate what follows at once, prune what cannot hold, branch on the rest,
and hand what is left to the theory of each type. A set of literals that
recurs below itself is closed as unsatisfiable: a smallest value never
contains itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from compat.budget import Budget
from compat.formats.jsonschema import form as forms
from compat.formats.jsonschema.automata.language import Inexpressible, Language
from compat.formats.jsonschema.automata.syntax import BadPattern
from compat.formats.jsonschema.branch import Branch, Choice
from compat.formats.jsonschema.entailment import Entailment
from compat.formats.jsonschema.evaluate import holds
from compat.formats.jsonschema.form import Form, negate
from compat.formats.jsonschema.theories import array, number, object_, string
from compat.formats.jsonschema.values import (
    ARRAY,
    BOOLEAN,
    NOTHING,
    NULL,
    NUMBER,
    OBJECT,
    STRING,
    type_of,
)

__all__ = ["Search"]

_DEPTH = 60
_FREE = 1 << 60

_THEORIES = {
    STRING: string.find,
    NUMBER: number.find,
    ARRAY: array.find,
    OBJECT: object_.find,
}
_ORDER = (STRING, NUMBER, BOOLEAN, NULL, ARRAY, OBJECT)


class Search:
    """One question and its sub-questions; remembers every answer.

    With ``ignore`` it leaves out what it cannot express: what it finds is
    then only a guess, to be confirmed by others.
    """

    def __init__(self, budget: Budget, *, ignore: bool = False) -> None:
        self.budget = budget
        self.ignore = ignore
        self.gaps: dict[str, None] = {}
        self.entailment = Entailment(self.matches, budget)
        self._languages: dict[tuple[str, bool], Language | Inexpressible] = {}
        self._answers: dict[frozenset[Form], tuple[Any, tuple[str, ...]]] = {}
        self._active: dict[frozenset[Form], int] = {}
        self._lowest = _FREE

    def find(self, literals: Iterable[Form]) -> Any:
        """Return an exact value that meets all ``literals``, or `NOTHING`.

        `NOTHING` is a proof unless `gaps` then names a construct that was
        not taken into account. Raises `BudgetSpent`.
        """
        wanted = dict.fromkeys(literals)
        wanted.pop(forms.TRUE, None)
        if not wanted:
            return 0
        name = frozenset(wanted)
        answer = self._answers.get(name)
        if answer is not None:
            if answer[1]:
                self.gaps.update(dict.fromkeys(answer[1]))
            return answer[0]
        if name in self._active:
            self._lowest = min(self._lowest, self._active[name])
            return NOTHING
        if len(self._active) >= _DEPTH:
            return self.give_up(f"data nested more than {_DEPTH} levels deep")
        return self._find(name, [*wanted])

    def _find(self, name: frozenset[Form], literals: list[Form]) -> Any:
        self.budget.spend(1 + len(literals) // 8)
        level = self._active[name] = len(self._active)
        outer, self._lowest = self._lowest, _FREE
        gaps, self.gaps = self.gaps, {}
        found: Any = NOTHING
        try:
            for branch in self._branches(literals):
                found = self._value(branch)
                if found is not NOTHING:
                    break
        finally:
            del self._active[name]
            mine, self._lowest = self._lowest, outer
            if found is not NOTHING:
                self.gaps = {}
            inner, self.gaps = self.gaps, {**gaps, **self.gaps}
        if found is not NOTHING or mine >= level:
            self._answers[name] = found, tuple(inner)
        else:
            # It rests on the assumption that an outer question has no answer.
            self._lowest = min(outer, mine)
        return found

    def give_up(self, reason: str) -> Any:
        """Note that an answer leaves ``reason`` out, and return `NOTHING`."""
        self.gaps[reason] = None
        return NOTHING

    def language(self, pattern: str, *, loose: bool = False) -> Language:
        """Return the automaton of ``pattern``, or raise `Inexpressible`.

        A ``loose`` one may hold more strings, and is less often beyond reach.
        """
        known = self._languages.get((pattern, loose))
        if known is None:
            try:
                known = Language(pattern, self.budget, loose=loose)
            except Inexpressible as beyond:
                known = beyond
            except BadPattern:
                known = Inexpressible("a malformed pattern")
            self._languages[pattern, loose] = known
        if isinstance(known, Inexpressible):
            raise known
        return known

    def matches(self, pattern: str, text: str) -> bool:
        """Whether ``pattern`` is found in ``text``; may raise `Inexpressible`."""
        self.budget.spend()
        return self.language(pattern).matches(text)

    def _branches(self, literals: list[Form]) -> Iterator[Branch]:
        """Yield each way to settle all choices, contradictions left out."""
        stack = [iter([Branch([*reversed(literals)], self.entailment)])]
        while stack:
            branch = next(stack[-1], None)
            if branch is None:
                stack.pop()
                continue
            picked = self._settle(branch)
            if picked is None:
                continue
            if not picked:
                yield branch
                continue
            stack.append(self._forks(branch, picked))

    def _forks(self, branch: Branch, options: list[list[Form]]) -> Iterator[Branch]:
        """Yield a copy of ``branch`` for each option, made when it is needed."""
        for option in options:
            if len(option) == 1 and self._refuted(branch, option[0]):
                continue
            self.budget.spend(1 + (len(branch.true) + len(branch.false)) // 16)
            yield branch.fork(option)

    def _refuted(self, branch: Branch, literal: Form) -> bool:
        """Whether no member can break what ``literal`` says it breaks.

        That question is about one member, the branch about all of them.
        """
        broken = literal.form if isinstance(literal, forms.Not) else None
        if not isinstance(broken, forms.Property):
            return False
        gaps, self.gaps = self.gaps, {}
        known = branch.members.get(broken.name, ())
        found = self.find([*known, negate(broken.form)])
        mine, self.gaps = self.gaps, gaps
        return found is NOTHING and not mine

    def _settle(self, branch: Branch) -> list[list[Form]] | None:
        """Propagate; return the options of the best choice, or None if refuted.

        An empty list says that no choice is left.
        """
        while True:
            self.budget.spend(1 + len(branch.todo) // 8)
            if not branch.absorb():
                return None
            # A conjunction unfolds while it is absorbed; wide objects are dear.
            self.budget.spend((len(branch.true) + len(branch.false)) // 4)
            best: tuple[tuple[bool, bool, int], list[list[Form]]] | None = None
            left: list[Choice] = []
            for choice in branch.choices:
                options = self._open(branch, choice)
                if options is None:
                    continue
                if not options:
                    return None
                if len(options) == 1:
                    branch.todo.extend(reversed(options[0]))
                    continue
                left.append(choice)
                rank = (True, not choice.asserted, len(options))
                if best is None or rank < best[0]:
                    best = rank, options
            branch.choices = left
            if branch.todo:
                continue
            return best[1] if best else []

    def _open(self, branch: Branch, choice: Choice) -> list[list[Form]] | None:
        # A choice of n that exclude each other is n options of n literals.
        size = len(getattr(choice.form, "parts", ()))
        self.budget.spend(2 + size // 8)
        if isinstance(choice.form, forms.One):
            self.budget.spend(size * size // 8)
        return branch.options(choice)

    def _value(self, branch: Branch) -> Any:
        if branch.opaque and not self.ignore:
            return self.give_up(branch.opaque[0])
        enums = [each for each in branch.true if isinstance(each, forms.Enum)]
        if enums:
            return self._listed(branch, min(enums, key=lambda each: len(each.keys)))
        excluded = [
            value
            for each in branch.false
            if isinstance(each, forms.Enum)
            for value in each.values
        ]
        for kind in _ORDER:
            if branch.types & kind:
                apart = [each for each in excluded if type_of(each) == kind]
                found = self._of_type(kind, branch, apart)
                if found is not NOTHING:
                    return found
        return NOTHING

    def _of_type(self, kind: int, branch: Branch, excluded: list[Any]) -> Any:
        if kind == NULL:
            return NOTHING if excluded else None
        if kind == BOOLEAN:
            return next(
                (each for each in (True, False) if each not in excluded), NOTHING
            )
        try:
            return _THEORIES[kind](self, branch.atoms(kind), excluded)
        except Inexpressible as beyond:
            return self.give_up(str(beyond))

    def _listed(self, branch: Branch, values: forms.Enum) -> Any:
        """Return a value of an enum that meets all other literals."""
        denied = [each.members for each in branch.false if isinstance(each, forms.Enum)]
        simple = [
            each for each in branch.true if not isinstance(each, forms.All | forms.Ref)
        ]
        others = [each for each in branch.false if not isinstance(each, forms.Enum)]
        for name, value in zip(values.keys, values.values, strict=True):
            if any(name in each for each in denied):
                continue
            self.budget.spend()
            try:
                if all(holds(each, value, self.matches) for each in simple) and not any(
                    holds(each, value, self.matches) for each in others
                ):
                    return value
            except Inexpressible as beyond:
                self.give_up(str(beyond))
        return NOTHING

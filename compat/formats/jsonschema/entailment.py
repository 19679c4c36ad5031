"""Cheap answers to whether one form follows from another, or excludes it.

Both are sound and incomplete: True is a proof, False means not known.
"""

from __future__ import annotations

from typing import Any

from compat.budget import Budget
from compat.formats.jsonschema import form as forms
from compat.formats.jsonschema.automata.language import Inexpressible
from compat.formats.jsonschema.evaluate import Matches, covers, domain, holds
from compat.formats.jsonschema.form import Form
from compat.formats.jsonschema.values import ANY, OBJECT

__all__ = ["Entailment"]

_DEPTH = 5
_FEW = 64


class Entailment:
    """Remembers what it has found; one for each search."""

    def __init__(self, matches: Matches, budget: Budget) -> None:
        self._matches = matches
        self._budget = budget
        self._entails: dict[tuple[Form, Form], bool] = {}
        self._disjoint: dict[tuple[Form, Form], bool] = {}
        self._masks: dict[Form, int] = {}

    def entails(self, left: Form, right: Form, depth: int = 0) -> bool:
        """Whether each value of ``left`` is surely one of ``right``."""
        if left is right or right is forms.TRUE or left is forms.FALSE:
            return True
        name = (left, right)
        known = self._entails.get(name)
        if known is None:
            if depth > _DEPTH:
                return False
            known = self._entails[name] = self._follows(left, right, depth + 1)
        return known

    def disjoint(self, left: Form, right: Form, depth: int = 0) -> bool:
        """Whether surely no value is of both ``left`` and ``right``."""
        if left is forms.FALSE or right is forms.FALSE:
            return True
        name = (left, right)
        known = self._disjoint.get(name)
        if known is None:
            if depth > _DEPTH:
                return False
            known = self._disjoint[name] = self._excludes(left, right, depth + 1)
        return known

    def mask(self, form: Form) -> int:
        """Return the types that values of ``form`` can have, and maybe others."""
        mask = self._masks.get(form)
        if mask is None:
            mask = ANY
            for part in _conjuncts(form):
                if isinstance(part, forms.Type | forms.Enum):
                    mask &= part.mask
            self._masks[form] = mask
        return mask

    def _follows(self, left: Form, right: Form, depth: int) -> bool:
        parts = _conjuncts(left)
        self._budget.spend(1 + len(parts) // 8)
        if right in parts:
            return True
        match right:
            case forms.All():
                return all(self.entails(left, each, depth) for each in right.parts)
            case forms.Not(form=inner):
                return self.disjoint(left, inner, depth)
            case forms.Type(mask=mask):
                return not self.mask(left) & ~mask
        if isinstance(right, forms.AnyOf) and any(
            self.entails(left, each, depth) for each in right.parts[:_FEW]
        ):
            return True
        for part in parts:
            match part:
                case forms.AnyOf() if len(part.parts) <= _FEW:
                    if all(self.entails(each, right, depth) for each in part.parts):
                        return True
                case forms.Enum() if len(part.values) <= _FEW:
                    if all(self._holds(right, each, no=False) for each in part.values):
                        return True
                case forms.Enum() if isinstance(right, forms.Enum):
                    if part.members <= right.members:
                        return True
        if isinstance(right, _COMPOUND):
            return False
        if not domain(right) & self.mask(left):
            return True
        return any(self._implies(part, right, depth) for part in parts)

    def _implies(self, left: Form, right: Form, depth: int) -> bool:
        """Whether one atom implies another."""
        match left, right:
            case forms.Minimum(), forms.Minimum():
                stricter = left.exclusive or not right.exclusive
                return left.bound > right.bound or (
                    left.bound == right.bound and stricter
                )
            case forms.Maximum(), forms.Maximum():
                stricter = left.exclusive or not right.exclusive
                return left.bound < right.bound or (
                    left.bound == right.bound and stricter
                )
            case forms.Multiple(), forms.Multiple():
                return left.of % right.of == 0
            case forms.MinSize(), forms.MinSize():
                return left.mask == right.mask and left.size >= right.size
            case forms.MaxSize(), forms.MaxSize():
                return left.mask == right.mask and left.size <= right.size
            case forms.Property(), forms.Property():
                return left.name == right.name and self.entails(
                    left.form, right.form, depth
                )
            case forms.Additional(), forms.Property():
                return self._covers(left, right.name) and self.entails(
                    left.form, right.form, depth
                )
            case forms.PatternProperty(), forms.PatternProperty():
                return left.pattern == right.pattern and self.entails(
                    left.form, right.form, depth
                )
            case forms.PropertyNames(), forms.PropertyNames():
                return self.entails(left.form, right.form, depth)
            case forms.Additional(), forms.Additional():
                return (
                    left.names <= right.names
                    and set(left.patterns) <= set(right.patterns)
                    and self.entails(left.form, right.form, depth)
                )
            case forms.Items(), forms.Items():
                wider = (
                    left.start == right.start and left.single
                    if left.single
                    else left.start <= right.start
                )
                if left.single and not right.single:
                    wider = False
                return wider and self.entails(left.form, right.form, depth)
        return False

    def _holds(self, form: Form, value: Any, *, no: bool) -> bool:
        try:
            return holds(form, value, self._matches)
        except Inexpressible:
            return no

    def _covers(self, form: forms.Additional, name: str) -> bool:
        try:
            return covers(form, name, self._matches)
        except Inexpressible:
            return False

    def _excludes(self, left: Form, right: Form, depth: int) -> bool:
        mask = self.mask(left) & self.mask(right)
        if not mask:
            return True
        lefts, rights = _conjuncts(left), _conjuncts(right)
        self._budget.spend(1 + (len(lefts) + len(rights)) // 8)
        if any(forms.negate(each) in rights for each in lefts):
            return True
        for enum, other in ((lefts, right), (rights, left)):
            for part in enum:
                if (
                    isinstance(part, forms.Enum)
                    and len(part.values) <= _FEW
                    and not any(self._holds(other, v, no=True) for v in part.values)
                ):
                    return True
        for each, other in ((lefts, right), (rights, left)):
            for part in each:
                if (
                    isinstance(part, forms.AnyOf)
                    and len(part.parts) <= _FEW
                    and all(self.disjoint(p, other, depth) for p in part.parts)
                ):
                    return True
        return mask == OBJECT and self._tagged(lefts, rights, depth)

    def _tagged(
        self, lefts: dict[Form, None], rights: dict[Form, None], depth: int
    ) -> bool:
        """Whether a member that must be there has no value on both sides."""
        both = [*lefts, *rights]
        required = {each.name for each in both if isinstance(each, forms.Required)}
        others = {
            each.name: each.form
            for each in rights
            if isinstance(each, forms.Property) and each.name in required
        }
        for part in lefts:
            if (
                isinstance(part, forms.Property)
                and part.name in others
                and self.disjoint(part.form, others[part.name], depth)
            ):
                return True
        for one, two in ((lefts, rights), (rights, lefts)):
            needed = [each.name for each in one if isinstance(each, forms.Required)]
            for part in two:
                if (
                    isinstance(part, forms.Additional)
                    and part.form is forms.FALSE
                    and any(self._covers(part, name) for name in needed)
                ):
                    return True
        return False


_COMPOUND = (
    forms.AnyOf,
    forms.One,
    forms.Cases,
    forms.Ref,
    forms.Opaque,
    forms.Enum,
    forms.Constant,
)


def _conjuncts(form: Form) -> dict[Form, None]:
    if isinstance(form, forms.All):
        return dict.fromkeys(form.parts)
    return {form: None}

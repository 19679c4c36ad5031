"""Objects: members that must, may or must not be there, and their names."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from compat.formats.jsonschema import form as forms
from compat.formats.jsonschema.automata.language import Inexpressible
from compat.formats.jsonschema.branch import Atom
from compat.formats.jsonschema.evaluate import covers, holds
from compat.formats.jsonschema.form import Form, negate
from compat.formats.jsonschema.theories.size import Window, window
from compat.formats.jsonschema.values import (
    NOTHING,
    STRING,
    Unwritable,
    key,
)

if TYPE_CHECKING:
    from compat.formats.jsonschema.search import Search

__all__ = ["find"]

_GOALS = 40
_PATTERNS = 40
_WRITABLE = 1_000

Chosen = dict[str, tuple[Form, ...]]
"""Members that have to be there, each with what it has to meet besides."""


@dataclass(frozen=True, slots=True)
class _Goal:
    """A member has to exist whose name ``applies`` and whose value meets ``value``.

    ``name`` are literals about the name that imply `applies` for fresh names.
    """

    applies: Callable[[str], bool]
    name: tuple[Form, ...]
    value: tuple[Form, ...]


@dataclass(slots=True)
class _Shape:
    """The atoms of one branch, sorted by what they are about."""

    search: Search
    size: Window
    required: dict[str, None] = field(default_factory=dict)
    forbidden: dict[str, None] = field(default_factory=dict)
    members: dict[str, list[Form]] = field(default_factory=dict)
    patterns: list[forms.PatternProperty] = field(default_factory=list)
    additional: list[forms.Additional] = field(default_factory=list)
    names: list[Form] = field(default_factory=list)
    broken: list[forms.Property] = field(default_factory=list)
    goals: list[_Goal] = field(default_factory=list)
    mentioned: dict[str, None] = field(default_factory=dict)
    classes: dict[Form, None] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)

    def literals(self, name: str) -> list[Form]:
        """Return what the value of the member ``name`` has to meet."""
        found = list(self.members.get(name, ()))
        matches = self.search.matches
        if self.patterns:
            found += [e.form for e in self.patterns if matches(e.pattern, name)]
        if self.additional:
            found += [
                each.form
                for each in self.additional
                if name not in each.names and covers(each, name, matches)
            ]
        return found

    def allows(self, name: str) -> bool:
        """Whether a member may be called ``name``."""
        if name in self.forbidden:
            return False
        matches = self.search.matches
        return not self.names or all(holds(e, name, matches) for e in self.names)

    def value(self, name: str, also: tuple[Form, ...] = ()) -> Any:
        """Return a value for the member ``name``, or `NOTHING`."""
        if also:
            return self.search.find([*self.literals(name), *also])
        if name not in self.values:
            literals = self.literals(name)
            self.values[name] = self.search.find(literals) if literals else 0
        return self.values[name]

    def add(self, atoms: list[Atom]) -> None:
        """Sort in ``atoms``, nearly all of which are about one named member."""
        for asserted, atom in atoms:
            match atom:
                case forms.Property(name=name, form=form):
                    self.mentioned[name] = None
                    if asserted:
                        self.members.setdefault(name, []).append(form)
                    else:
                        self.broken.append(atom)
                case forms.Required(name=name):
                    self.mentioned[name] = None
                    (self.required if asserted else self.forbidden)[name] = None
                case _:
                    self._add_wide(asserted, atom)

    def _expressible(self, atom: Form) -> bool:
        """Whether automata tell which members ``atom`` is about."""
        patterns: tuple[str, ...] = ()
        if isinstance(atom, forms.PatternProperty):
            patterns = (atom.pattern,)
        elif isinstance(atom, forms.Additional):
            patterns = atom.patterns
        try:
            return all(map(self.search.language, patterns))
        except Inexpressible:
            return False

    def _add_wide(self, asserted: bool, atom: Form) -> None:
        """Sort in one atom about members that it does not name."""
        matches = self.search.matches
        if self.search.ignore and not self._expressible(atom):
            return
        match atom:
            case forms.PatternProperty(pattern=pattern, form=form):
                self.classes[forms.Pattern(pattern)] = None
                if asserted:
                    self.patterns.append(atom)
                else:
                    self.goals.append(
                        _Goal(
                            lambda name: matches(pattern, name),
                            (forms.Pattern(pattern),),
                            (negate(form),),
                        )
                    )
            case forms.Additional(names=names, patterns=patterns, form=form):
                self.mentioned.update(dict.fromkeys(sorted(names)))
                self.classes.update(dict.fromkeys(map(forms.Pattern, patterns)))
                if asserted:
                    self.additional.append(atom)
                else:
                    wide = atom
                    outside = tuple(negate(forms.Pattern(each)) for each in patterns)
                    self.goals.append(
                        _Goal(
                            lambda name: covers(wide, name, matches),
                            outside,
                            (negate(form),),
                        )
                    )
            case forms.PropertyNames(form=form):
                if asserted:
                    self.names.append(form)
                else:
                    # One member may have to meet other goals too.
                    self.classes[form] = None
                    self.goals.append(
                        _Goal(
                            lambda name: not holds(form, name, matches),
                            (negate(form),),
                            (),
                        )
                    )


def find(search: Search, atoms: list[Atom], excluded: list[Any]) -> Any:
    """Return an object that meets ``atoms`` and is not in ``excluded``."""
    shape = _Shape(search, window(atoms))
    shape.add(atoms)
    chosen: Chosen = dict.fromkeys(shape.required, ())
    for broken in shape.broken:
        also = chosen.get(broken.name, ())
        chosen[broken.name] = (*also, negate(broken.form))
    if shape.size.empty or not _possible(shape, chosen):
        return NOTHING
    if len(shape.goals) > _GOALS:
        return search.give_up(f"more than {_GOALS} conditions on unnamed members")
    return _reach(shape, 0, chosen, excluded)


def _possible(shape: _Shape, chosen: Chosen) -> bool:
    if shape.size.high is not None and len(chosen) > shape.size.high:
        return False
    return all(
        shape.allows(name) and shape.value(name, also) is not NOTHING
        for name, also in sorted(chosen.items(), key=lambda each: not each[1])
    )


def _reach(shape: _Shape, index: int, chosen: Chosen, excluded: list[Any]) -> Any:
    """Meet the goals from ``index`` on, each by a member that fits it."""
    shape.search.budget.spend(1 + len(chosen) // 8)
    if index == len(shape.goals):
        return _finish(shape, chosen, excluded)
    goal = shape.goals[index]
    for name in _names_for(shape, goal, chosen):
        grown = len(chosen) + (name not in chosen)
        if shape.size.high is not None and grown > shape.size.high:
            continue
        also = (*chosen.get(name, ()), *goal.value)
        if not shape.allows(name) or shape.value(name, also) is NOTHING:
            continue
        found = _reach(shape, index + 1, {**chosen, name: also}, excluded)
        if found is not NOTHING:
            return found
    return NOTHING


def _names_for(shape: _Shape, goal: _Goal, chosen: Chosen) -> Iterator[str]:
    for name in dict.fromkeys((*chosen, *shape.mentioned)):
        if goal.applies(name):
            yield name
    yield from _fresh(shape, goal.name, chosen)


def _fresh(
    shape: _Shape, literals: tuple[Form, ...], taken: Chosen | dict[str, Any]
) -> Iterator[str]:
    """Yield a name that nothing mentions, for each set of classes it can be in."""
    avoid = dict.fromkeys((*shape.mentioned, *taken))
    wanted = [forms.Type(STRING), *shape.names, *literals]
    if avoid:
        wanted.append(negate(forms.enum(avoid)))
    if len(shape.classes) > _PATTERNS:
        shape.search.give_up(f"more than {_PATTERNS} patterns of names")
        return
    yield from _split(shape, wanted, list(shape.classes))


def _split(shape: _Shape, wanted: list[Form], classes: list[Form]) -> Iterator[str]:
    name = shape.search.find(wanted)
    if name is NOTHING:
        return
    if classes:
        for literal in (negate(classes[0]), classes[0]):
            yield from _split(shape, [*wanted, literal], classes[1:])
        return
    if name == "":
        longer = shape.search.find([*wanted, forms.MinSize(STRING, 1)])
        name = "" if longer is NOTHING else longer
    if isinstance(name, Unwritable):
        shape.search.give_up("a name that is too long to write")
    else:
        yield name


def _finish(shape: _Shape, chosen: Chosen, excluded: list[Any]) -> Any:
    """Give each chosen member a value, and add members until there are enough."""
    found: dict[str, Any] = {}
    for name, also in chosen.items():
        value = shape.value(name, also)
        if value is NOTHING:
            return NOTHING
        found[name] = value
    if shape.size.low > _WRITABLE:
        return _many(shape, found)
    if len(found) < shape.size.low:
        for name, value in _more(shape, found):
            found[name] = value
            if len(found) >= shape.size.low:
                break
        else:
            return NOTHING
    if excluded and key(_comparable(found)) in {key(each) for each in excluded}:
        return _other(shape, chosen, found, excluded)
    huge = [each for each in found.values() if isinstance(each, Unwritable)]
    return huge[0] if huge else found


def _comparable(found: dict[str, Any]) -> dict[str, Any]:
    """Return ``found`` with what cannot be written replaced by an own name."""
    return {
        name: f"{value.what} {id(value)}" if isinstance(value, Unwritable) else value
        for name, value in found.items()
    }


def _many(shape: _Shape, found: dict[str, Any]) -> Any:
    what = f"an object of {shape.size.low} members"
    if not shape.names and not shape.classes:
        for name in _fresh(shape, (), found):
            if shape.value(name) is not NOTHING:
                return Unwritable(what)
    return shape.search.give_up(what)


def _more(shape: _Shape, found: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield members that may be added to ``found``, which the caller does."""
    for name in shape.mentioned:
        if name not in found and shape.allows(name):
            value = shape.value(name)
            if value is not NOTHING:
                yield name, value
    while True:
        for name in _fresh(shape, (), found):
            value = shape.value(name)
            if value is not NOTHING:
                yield name, value
                break
        else:
            return


def _other(
    shape: _Shape, chosen: Chosen, found: dict[str, Any], excluded: list[Any]
) -> Any:
    """Return an object unlike ``found`` and the other ``excluded`` ones."""
    apart = {key(each) for each in excluded}
    grown = dict(found)
    single = True
    if shape.size.holds(len(grown) + 1):
        for name, value in _more(shape, grown):
            single = False
            grown[name] = value
            if not shape.size.holds(len(grown)):
                break
            if key(_comparable(grown)) not in apart:
                return grown
            if len(grown) > len(found) + len(excluded):
                break
    for name, value in found.items():
        taken = [value, *(e[name] for e in excluded if name in e)]
        unlike = negate(forms.enum(taken))
        another = shape.value(name, (*chosen.get(name, ()), unlike))
        if another is not NOTHING:
            return {**found, name: another}
        if shape.value(name, (negate(forms.enum((value,))),)) is not NOTHING:
            single = False
    if single and len(found) == len(shape.required):
        return NOTHING
    return shape.search.give_up("an object that must differ from given ones")

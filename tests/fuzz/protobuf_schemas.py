"""Random .proto files, and small changes to them."""

from __future__ import annotations

import random
from copy import deepcopy
from dataclasses import dataclass, field

NUMBERS = [
    *("int32", "int64", "uint32", "uint64", "sint32", "sint64", "bool"),
    *("fixed32", "fixed64", "sfixed32", "sfixed64", "float", "double"),
]
SCALARS = [*NUMBERS, "string", "bytes"]
KEYS = ["int32", "int64", "uint32", "sint32", "bool", "fixed32", "string"]
DEFAULTS = {"string": '"x"', "bytes": '"\\\\377"', "bool": "true", "float": "1.5"}


@dataclass
class FieldText:
    """A field as it will be spelled; ``kind`` may name an enum or a message."""

    number: int
    name: str
    kind: str
    label: str = ""
    key: str = ""
    oneof: str = ""
    options: list[str] = field(default_factory=list)
    group: bool = False


@dataclass
class MessageText:
    """A message: its fields, and what it reserves."""

    name: str
    fields: list[FieldText] = field(default_factory=list)
    reserved: list[int] = field(default_factory=list)
    nested: list[MessageText] = field(default_factory=list)


@dataclass
class FileText:
    """A file; ``enums`` maps names to pairs of value and number."""

    syntax: str
    package: str
    enums: dict[str, list[tuple[str, int]]]
    messages: list[MessageText]
    features: dict[str, str] = field(default_factory=dict)
    reserved: dict[str, list[int]] = field(default_factory=dict)

    def __str__(self) -> str:
        editions = self.syntax == "2023"
        head = "edition" if editions else "syntax"
        lines = [f'{head} = "{self.syntax}";', f"package {self.package};"]
        for name, values in self.enums.items():
            lines.append(f"enum {name} {{")
            if editions and name in self.features:
                lines.append(f"  option features.enum_type = {self.features[name]};")
            if len({number for _, number in values}) < len(values):
                lines.append("  option allow_alias = true;")
            lines += [f"  reserved {each};" for each in self.reserved.get(name, [])]
            lines += [f"  {each} = {number};" for each, number in values]
            lines.append("}")
        for message in self.messages:
            lines += _message(message)
        return "\n".join(lines) + "\n"


def _message(message: MessageText) -> list[str]:
    lines = [f"message {message.name} {{"]
    lines += [f"  reserved {each};" for each in message.reserved]
    for nested in message.nested:
        lines += [f"  {each}" for each in _message(nested)]
    oneofs = dict.fromkeys(each.oneof for each in message.fields if each.oneof)
    lines += [f"  {_field(each)}" for each in message.fields if not each.oneof]
    for oneof in oneofs:
        members = [_field(each) for each in message.fields if each.oneof == oneof]
        lines += [f"  oneof {oneof} {{", *(f"    {each}" for each in members), "  }"]
    return [*lines, "}"]


def _field(each: FieldText) -> str:
    options = f" [{', '.join(each.options)}]" if each.options else ""
    if each.key:
        return f"map<{each.key}, {each.kind}> {each.name} = {each.number}{options};"
    label = f"{each.label} " if each.label else ""
    if each.group:
        name = each.name.capitalize()
        return f"{label}group {name} = {each.number} {{ optional int32 g = 1; }}"
    return f"{label}{each.kind} {each.name} = {each.number}{options};"


class Files:
    """Makes files and changed files from one seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def file(self) -> FileText:
        """Return a new file of two to four messages and two enums."""
        syntax = self.random.choice(["proto2", "proto3", "proto3", "2023"])
        enums = {
            "E": [("E0", 0), ("E1", 1), ("E2", 2)],
            "F": [("F0", 0), ("F5", 5)],
        }
        if syntax == "proto2" and self.random.random() < 0.3:
            enums["F"] = [("F5", 5), ("F0", 0)]
        file = FileText(syntax, "t", enums, [])
        if syntax == "2023":
            file.features["E"] = self.random.choice(["OPEN", "CLOSED"])
        names = ["A", "B", "C"][: self.random.randint(1, 3)]
        file.messages = [MessageText(each) for each in names]
        if self.random.random() < 0.4:
            file.messages[0].nested = [MessageText("N")]
        for message in self.all(file):
            for number in self.random.sample(range(1, 8), self.random.randint(1, 5)):
                message.fields.append(self.field(file, number))
            self.oneof(message)
        return file

    def all(self, file: FileText) -> list[MessageText]:
        """Return the messages of ``file``, inner ones too."""
        nested = [each for message in file.messages for each in message.nested]
        return [*file.messages, *nested]

    def types(self, file: FileText) -> list[str]:
        """Return the names of messages, with the outer name of inner ones."""
        inner = [f"{m.name}.{n.name}" for m in file.messages for n in m.nested]
        return [*(each.name for each in file.messages), *inner]

    def field(self, file: FileText, number: int, name: str = "") -> FieldText:
        """Return a random field that suits the syntax of ``file``."""
        pick = self.random
        name = name or f"f{number}"
        kind = pick.choice([*SCALARS, *["E", "E", "F"], *self.types(file)])
        if pick.random() < 0.12:
            value = pick.choice([*SCALARS, "E", *self.types(file)])
            if file.syntax == "2023" and value == "E":
                value = "F" if file.features["E"] == "CLOSED" else "E"
            return FieldText(number, name, value, key=pick.choice(KEYS))
        found = FieldText(number, name, kind)
        if pick.random() < 0.25:
            found.label = "repeated"
            if kind in (*NUMBERS, "E") and pick.random() < 0.4:
                found.options = (
                    ["features.repeated_field_encoding = EXPANDED"]
                    if file.syntax == "2023"
                    else [f"packed = {pick.choice(['true', 'false'])}"]
                )
            return found
        self.singular(file, found)
        return found

    def singular(self, file: FileText, found: FieldText) -> None:
        """Give ``found`` a label, a default or features."""
        pick, message = self.random, found.kind in self.types(file)
        if file.syntax == "proto2":
            found.label = pick.choice(["optional", "optional", "optional", "required"])
            if found.kind in self.types(file):
                found.label = "optional"
            if not message and found.kind not in "EF" and pick.random() < 0.2:
                found.options = [f"default = {DEFAULTS.get(found.kind, '7')}"]
            if pick.random() < 0.06:
                found.group, found.label, found.options = True, "optional", []
        elif file.syntax == "proto3":
            found.label = pick.choice(["", "", "optional"])
        elif message and pick.random() < 0.3:
            found.options = ["features.message_encoding = DELIMITED"]
        elif not message and pick.random() < 0.4:
            closed = found.kind == "E" and file.features["E"] == "CLOSED"
            presence = pick.choice(["IMPLICIT", "LEGACY_REQUIRED"])
            presence = "LEGACY_REQUIRED" if closed else presence
            found.options = [f"features.field_presence = {presence}"]

    def oneof(self, message: MessageText) -> None:
        """Put some fields of ``message`` into a oneof."""
        free = [each for each in message.fields if _can_join(each)]
        if len(free) >= 2 and self.random.random() < 0.4:
            for each in self.random.sample(free, self.random.randint(1, len(free))):
                _join(each, "o")

    def changed(self, file: FileText) -> FileText:
        """Return ``file`` with one to three changes."""
        found = deepcopy(file)
        for _ in range(self.random.choice([1, 1, 1, 2, 3])):
            self.change(found)
        return found

    def change(self, file: FileText) -> None:
        """Change ``file`` in one place."""
        pick = self.random
        message = pick.choice(self.all(file))
        roll = pick.random()
        if not message.fields or roll < 0.1:
            free = [each for each in range(1, 9) if each not in _used(message)]
            if free:
                number = pick.choice(free)
                message.fields.append(self.field(file, number, f"n{number}"))
            return
        each = pick.choice(message.fields)
        if roll < 0.4:
            new = self.field(file, each.number, each.name)
            new.oneof = each.oneof if _can_join(new) else ""
            if new.oneof:
                _join(new, new.oneof)
            message.fields[message.fields.index(each)] = new
        elif roll < 0.5:
            message.fields.remove(each)
            if pick.random() < 0.4:
                message.reserved.append(each.number)
        elif roll < 0.6:
            self.rename(message, each)
        elif roll < 0.72:
            self.move(file, message, each)
        elif roll < 0.86:
            self.change_enum(file)
        elif roll < 0.9 and file.syntax == "2023":
            file.features["E"] = pick.choice(["OPEN", "CLOSED"])
        elif roll < 0.93:
            file.package = "u"
        elif roll < 0.96 and len(file.messages) > 1:
            self.rename_type(file, pick.choice(file.messages))
        else:
            each.options = []

    def rename(self, message: MessageText, each: FieldText) -> None:
        """Rename a field, exchange two names, or give it another number."""
        roll = self.random.random()
        other = self.random.choice(message.fields)
        if roll < 0.3:
            each.name = f"r{each.number}"
        elif roll < 0.65:
            each.name, other.name = other.name, each.name
        else:
            free = [n for n in range(1, 9) if n not in _used(message)]
            if free:
                if self.random.random() < 0.3:
                    message.reserved.append(each.number)
                each.number = self.random.choice(free)

    def move(self, file: FileText, message: MessageText, each: FieldText) -> None:
        """Move a field into a oneof or out of it."""
        if each.oneof:
            each.oneof = ""
            each.label = "optional" if file.syntax == "proto2" else ""
        elif _can_join(each):
            _join(each, self.random.choice(["o", "o", "p"]))

    def change_enum(self, file: FileText) -> None:
        """Add, remove, rename or exchange values of an enum."""
        name = self.random.choice(list(file.enums))
        values = file.enums[name]
        roll = self.random.random()
        index = self.random.randrange(len(values))
        if roll < 0.3:
            number = self.random.choice([3, 4, -1])
            if number not in [each for _, each in values]:
                values.append((f"{name}N{abs(number)}", number))
        elif roll < 0.5 and index:
            del values[index]
        elif roll < 0.65:
            values[index] = (f"{name}R{index}", values[index][1])
        elif roll < 0.85 and len(values) > 2:
            (a, m), (b, n) = values[1], values[2]
            values[1], values[2] = (b, m), (a, n)
        elif index and 9 not in [each for _, each in values]:
            old = values[index][1]
            values[index] = (values[index][0], 9)
            if self.random.random() < 0.3 and old not in [n for _, n in values]:
                file.reserved.setdefault(name, []).append(old)

    def rename_type(self, file: FileText, message: MessageText) -> None:
        """Rename a message, and the fields that have it as a type."""
        old, new = message.name, f"{message.name}x"
        message.name = new
        for each in (each for m in self.all(file) for each in m.fields):
            if each.kind.split(".")[0] == old:
                each.kind = ".".join([new, *each.kind.split(".")[1:]])


def _used(message: MessageText) -> set[int]:
    return {*message.reserved, *(each.number for each in message.fields)}


def _can_join(each: FieldText) -> bool:
    return each.label != "repeated" and not each.key and not each.oneof


def _join(each: FieldText, oneof: str) -> None:
    each.oneof, each.label = oneof, ""
    if any("field_presence" in option for option in each.options):
        each.options = []

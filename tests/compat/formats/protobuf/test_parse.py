"""Texts, descriptors and references, good and bad."""

from __future__ import annotations

import base64
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from google.protobuf.descriptor_pb2 import FieldDescriptorProto, FileDescriptorProto

from compat import Level, check
from compat.errors import InvalidSchema, UnresolvedReference
from compat.formats.protobuf import FORMAT
from compat.limits import Limits

MONEY = """
syntax = "proto3";
package shop;
message Money { int64 units = 1; Currency currency = 2; }
enum Currency { EUR = 0; }
"""
ITEM = """
syntax = "proto3";
package shop;
import "shop/money.proto";
message Item { Money price = 1; }
"""
ORDER = """
syntax = "proto3";
package shop;
import "shop/item.proto";
import "google/protobuf/timestamp.proto";
message Order {
  message Line { Item item = 1; }
  enum State { NEW = 0; }
  repeated Line lines = 1;
  google.protobuf.Timestamp at = 2;
}
message Note {}
enum Kind { B2B = 0; }
"""


def as_descriptor(text: str, references: dict[str, str] | None = None) -> str:
    return FORMAT.render(FORMAT.parse(text, references or {}), "serialized")


def fault(text: str, references: dict[str, str] | None = None) -> InvalidSchema:
    with pytest.raises(InvalidSchema) as caught:
        FORMAT.parse(text, references or {})
    return caught.value


def test_what_a_schema_declares_and_needs() -> None:
    references = {"shop/money.proto": MONEY, "shop/item.proto": ITEM}

    order = FORMAT.parse(ORDER, references)

    assert order.declares == (
        "shop.Order",
        "shop.Order.Line",
        "shop.Note",
        "shop.Kind",
        "shop.Order.State",
    )
    assert order.needs == ("shop/item.proto",)
    assert dict(order.references) == references
    assert FORMAT.field_names(order) == ("lines", "at")


@pytest.mark.parametrize("item", [ITEM, "descriptor"])
@pytest.mark.parametrize("money", [MONEY, "descriptor"])
@pytest.mark.parametrize("order", [ORDER, "descriptor"])
def test_text_and_descriptors_may_refer_to_each_other(
    money: str, item: str, order: str
) -> None:
    money = as_descriptor(MONEY) if money == "descriptor" else money
    known = {"shop/money.proto": money}
    item = as_descriptor(ITEM, known) if item == "descriptor" else item
    known = {"shop/money.proto": money, "shop/item.proto": item}
    order = as_descriptor(ORDER, known) if order == "descriptor" else order

    schema = FORMAT.parse(order, known)

    texts = {"shop/money.proto": MONEY, "shop/item.proto": ITEM}
    expected = FORMAT.parse(ORDER, texts)
    assert schema.canonical == expected.canonical
    assert schema.fingerprint == expected.fingerprint


def test_a_reference_changes_the_fingerprint() -> None:
    wider = MONEY.replace("EUR = 0;", "EUR = 0; USD = 1;")

    one = FORMAT.parse(ITEM, {"shop/money.proto": MONEY})
    other = FORMAT.parse(ITEM, {"shop/money.proto": wider})

    assert one.canonical == other.canonical
    assert one.fingerprint != other.fingerprint


def test_comments_and_spacing_change_nothing() -> None:
    one = FORMAT.parse('syntax = "proto3"; message A { int32 x = 1; }')
    other = FORMAT.parse(
        '/* c */ syntax="proto3"; // c\nmessage A{int32 x=1 [json_name="x"];}'
    )

    assert one.canonical == other.canonical
    assert one.fingerprint == other.fingerprint
    assert FORMAT.identity(one) == FORMAT.identity(other)


def test_normal_form() -> None:
    schema = FORMAT.parse(
        """
        syntax = "proto2"; package a;
        import "google/protobuf/duration.proto"; import "google/protobuf/any.proto";
        option java_package = "b"; option go_package = "a";
        message B { reserved 9, 5 to 5, 7 to 8; reserved "z", "y";
          oneof late { int32 q = 6; } optional int32 x = 4; oneof early { int32 r = 2; }
          optional B b = 1; map<string, B> m = 3; optional google.protobuf.Any any = 10;
          optional google.protobuf.Duration span = 11; }
        enum E { TWO = 2; ZERO = 0; UNO = 1; ONE = 1; option allow_alias = true; }
        """
    )

    assert FORMAT.normalize(schema) == NORMAL


NORMAL = """\
package a;

import "google/protobuf/any.proto";
import "google/protobuf/duration.proto";

option go_package = "a";
option java_package = "b";

message B {
  reserved 5;
  reserved 7 to 8;
  reserved 9;
  reserved "y";
  reserved "z";

  optional .a.B b = 1;
  map<string, .a.B> m = 3;
  optional int32 x = 4;
  optional .google.protobuf.Any any = 10;
  optional .google.protobuf.Duration span = 11;

  oneof early {
    int32 r = 2;
  }
  oneof late {
    int32 q = 6;
  }
}
enum E {
  option allow_alias = true;
  TWO = 2;
  ZERO = 0;
  ONE = 1;
  UNO = 1;
}
"""


def test_extensions_can_be_left_out() -> None:
    schema = FORMAT.parse(
        "message A { extensions 5 to 9; } extend A { optional int32 x = 5; }"
    )

    assert (
        FORMAT.render(schema, "ignore_extensions")
        == 'syntax = "proto2";\n\nmessage A {}\n'
    )
    assert FORMAT.render(schema, "") == schema.canonical


def test_the_compilers_errors_all_show_with_their_place() -> None:
    error = fault('syntax = "proto3";\nmessage A {\n  Foo x = 1;\n  Bar y = 2;\n}\n')

    assert (error.line, error.column) == (3, 3)
    assert error.reason == '"Foo" is not defined.; line 4: "Bar" is not defined.'


@pytest.mark.parametrize("escaped", [r"\377", r"\xed\xa0\x80"])
def test_a_json_name_that_is_no_text(escaped: str) -> None:
    field = f'int32 x = 1 [json_name = "{escaped}"];'

    error = fault(f'syntax = "proto3";\nmessage A {{\n  {field}\n}}\n')

    assert error.reason == "its json_name is not valid UTF-8"
    assert (error.path, error.line) == ("A.x", 3)


def test_a_number_of_the_librarys_own() -> None:
    error = fault('syntax = "proto3";\nmessage A {\n  int32 x = 19000;\n}\n')

    assert (error.path, error.line, error.column) == ("A.x", 3, 9)
    assert "19000 to 19999" in error.reason


def test_the_column_is_the_callers_without_a_syntax_statement() -> None:
    error = fault("message A { Foo x = 1; }")

    assert (error.line, error.column) == (1, 13)


def test_an_unknown_import_is_named() -> None:
    error = fault('syntax = "proto3";\nimport "shop/money.proto";\n')

    assert isinstance(error, UnresolvedReference)
    assert (error.line, error.column) == (2, 1)
    assert "'shop/money.proto'" in error.reason
    assert "add a reference" in error.reason


def test_an_error_in_a_reference_names_the_reference() -> None:
    error = fault(ITEM, {"shop/money.proto": 'syntax = "proto3";\nmessage Money {'})

    assert "in the reference 'shop/money.proto', line 2" in error.reason
    assert error.line is None


@pytest.mark.parametrize(
    "path",
    ["/etc/passwd", "../secret.proto", "a/../../secret.proto", "./secret.proto", "."],
)
def test_imports_never_read_the_machines_files(path: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret.proto"
    secret.write_text('syntax = "proto3"; message Secret {}')
    for each in (path, str(secret), f"../{tmp_path.name}/secret.proto"):
        text = f'syntax = "proto3"; import "{each}"; message A {{ Secret s = 1; }}'

        assert isinstance(fault(text), UnresolvedReference)


@pytest.mark.parametrize(
    "name",
    ["/etc/x.proto", "../x.proto", "a/./x.proto", "a//x.proto", "", "a\\x", "a\nb"],
)
def test_a_reference_name_stays_within_its_folder(name: str) -> None:
    error = fault('syntax = "proto3";', {name: 'syntax = "proto3";'})

    assert "is not an import path" in error.reason


def test_a_reference_name_that_is_anothers_folder() -> None:
    error = fault(
        'import "a"; import "a/b.proto";',
        {"a": "message A {}", "a/b.proto": "message B {}"},
    )

    assert "is a folder of another reference's" in error.reason


def test_imports_spelled_oddly_are_found() -> None:
    text = 'syntax = "proto3"; import/**/"shop/" "money\\x2eproto";'

    schema = FORMAT.parse(text, {"shop/money.proto": MONEY})

    assert schema.needs == ("shop/money.proto",)


def test_a_reference_goes_before_a_built_in_file() -> None:
    own = 'syntax = "proto3"; package google.type; message Money { string text = 1; }'
    text = (
        'import "google/type/money.proto";'
        "message A { optional google.type.Money m = 1; }"
    )

    schema = FORMAT.parse(text, {"google/type/money.proto": own})

    assert schema.needs == ("google/type/money.proto",)
    assert schema.fingerprint != FORMAT.parse(text).fingerprint


def test_an_import_cycle_among_references() -> None:
    error = fault(
        'import "a.proto";',
        {"a.proto": 'import "b.proto";', "b.proto": 'import "a.proto";'},
    )

    assert "recursively imports itself" in error.reason


@pytest.mark.parametrize("text", ["", " \n\t", "\ufeff"])
def test_an_empty_text_is_refused(text: str) -> None:
    assert "empty" in fault(text).reason


def test_a_file_may_declare_nothing() -> None:
    schema = FORMAT.parse('syntax = "proto3";')

    assert schema.declares == ()
    assert FORMAT.field_names(schema) == ()
    assert schema.canonical == 'syntax = "proto3";\n'


@pytest.mark.parametrize("text", ["aGVsbG8=", "AAAA", "message", "CgFh"])
def test_words_that_could_be_base64(text: str) -> None:
    if text == "CgFh":  # a descriptor that is nothing but its file's name
        assert FORMAT.parse(text).canonical == 'syntax = "proto2";\n'
    else:
        assert "FileDescriptorProto in base64" in fault(text).reason


def test_a_comment_is_no_base64() -> None:
    assert FORMAT.parse("//abcdefg").canonical == 'syntax = "proto2";\n'


def descriptor(**field: object) -> str:
    file = FileDescriptorProto(name="x.proto", package="p", syntax="proto3")
    file.message_type.add(name="A").field.add(
        **{  # type: ignore[arg-type]
            "name": "x",
            "number": 1,
            "type": FieldDescriptorProto.TYPE_INT32,
            "label": FieldDescriptorProto.LABEL_OPTIONAL,
            **field,
        }
    )
    return base64.b64encode(file.SerializeToString()).decode()


@pytest.mark.parametrize(
    ("field", "reason"),
    [
        ({"number": 19_000}, "reserved"),
        ({"number": 536_870_912}, "number"),
        ({"name": "a b"}, "a b"),
        ({"label": FieldDescriptorProto.LABEL_REQUIRED}, "proto3"),
        ({"type": FieldDescriptorProto.TYPE_MESSAGE, "type_name": "Nope"}, "Nope"),
    ],
)
def test_a_descriptor_is_checked_as_text_is(
    field: dict[str, object], reason: str
) -> None:
    error = fault(descriptor(**field))

    assert reason in error.reason
    assert error.line is None


def test_an_optional_field_without_its_oneof_in_a_descriptor() -> None:
    sent = descriptor(proto3_optional=True)

    assert "  optional int32 x = 1;\n" in FORMAT.parse(sent).canonical


def test_a_relative_type_name_in_a_descriptor_is_resolved() -> None:
    file = FileDescriptorProto(name="", package="p.q", syntax="proto3")
    file.message_type.add(name="B")
    field = file.message_type.add(name="A").field.add(name="b", number=1)
    field.label, field.type_name = FieldDescriptorProto.LABEL_OPTIONAL, "B"
    sent = base64.b64encode(file.SerializeToString()).decode()

    assert "  .p.q.B b = 1;\n" in FORMAT.parse(sent).canonical


def test_wrapped_base64() -> None:
    sent = descriptor()
    wrapped = "\n".join(sent[at : at + 10] for at in range(0, len(sent), 10))

    assert FORMAT.parse(wrapped).canonical == FORMAT.parse(sent).canonical


def test_limits() -> None:
    small = Limits(text_bytes=30, references=1)

    for text, references in (
        ('syntax = "proto3"; message Abcd {}', {}),
        ('syntax = "proto3";', {"a": "x" * 31}),
        ('syntax = "proto3";', {"a": "", "b": ""}),
    ):
        with pytest.raises(InvalidSchema):
            FORMAT.parse(text, references, limits=small)


def test_nothing_of_the_compiler_shows(capfd: pytest.CaptureFixture[str]) -> None:
    texts = ["message A {}", 'import "google/protobuf/any.proto";', "message", "}"]
    for text in texts:
        try:
            FORMAT.parse(text)
        except InvalidSchema:
            continue

    assert capfd.readouterr() == ("", "")


def test_threads_do_not_disturb_each_other() -> None:
    failed: list[BaseException] = []

    def work(number: int) -> None:
        try:
            for turn in range(40):
                name = f"T{number}x{turn}"
                schema = FORMAT.parse(
                    f'syntax = "proto3"; message {name} {{ A a = 1; }}'
                    f"message A {{ {name} b = 1; }}"
                )
                assert schema.declares == (name, "A")
                assert isinstance(fault(f'import "{name}.proto";'), UnresolvedReference)
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=work, args=(each,)) for each in range(6)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert failed == []


def test_custom_options_of_the_contract_survive() -> None:
    text = """
        syntax = "proto3";
        import "confluent/meta.proto";
        import "confluent/type/decimal.proto";
        message A {
          option (confluent.message_meta).doc = "An order.";
          confluent.type.Decimal price = 1 [(confluent.field_meta) = {
            tags: "PII" params: [{ key: "precision" value: "9" }]
          }];
        }
    """

    schema = FORMAT.parse(text)

    assert '(confluent.message_meta) = { doc: "An order." }' in schema.canonical
    assert 'tags: "PII"' in schema.canonical
    assert schema.needs == ()
    sent = FORMAT.render(schema, "serialized")
    assert FORMAT.parse(sent).canonical == schema.canonical


def test_where_a_path_stands() -> None:
    text = (
        'syntax = "proto3";\n'
        "package shop;\n"
        "// message Order { string id = 9; }\n"
        "message Order {\n"
        "  option deprecated = true;\n"
        '  string id = 1 [json_name = "a;{b"];\n'
        "  map<string, Line> lines = 2;\n"
        "  oneof pay { string card = 3; }\n"
        "  message Line { int32 count = 1; }\n"
        "  enum State { NEW = 0; PAID = 1; }\n"
        "}\n"
    )
    schema = FORMAT.parse(text)

    def at(path: str) -> tuple[int, int] | None:
        found = FORMAT.locate(schema, path)
        return found and (found.line, found.column)

    assert at("shop") == (2, 1)
    assert at("Order") == (4, 9)
    assert at("Order.id") == (6, 10)
    assert at("Order.lines.value") == (7, 21)
    assert at("Order.pay") == (8, 9)
    assert at("Order.card") == (8, 22)
    assert at("Order.Line.count") == (9, 24)
    assert at("Order.State.PAID") == (10, 25)
    assert at("Order.gone") == (4, 9)
    assert at("Gone") is None


CLASHING = """syntax = "proto2";
message A {
  optional int32 a_b = 1;
  optional int32 aB = 2;
  message B { optional int32 c_d = 1; optional string cD = 2; }
}
"""


def test_fields_of_one_json_name_in_proto2() -> None:
    schema = FORMAT.parse(CLASHING)
    sent = base64.b64encode(schema.file.SerializeToString()).decode()

    assert FORMAT.parse(sent).canonical == schema.canonical
    assert "json_name" not in schema.canonical
    assert FORMAT.parse(schema.canonical).fingerprint == schema.fingerprint
    [finding] = check(
        FORMAT,
        FORMAT.parse(CLASHING.replace("string cD", "fixed32 cD")),
        [(1, schema)],
        Level.BACKWARD,
    ).findings
    assert finding.witness


@pytest.mark.parametrize(
    "text",
    [
        CLASHING.replace('"proto2"', '"proto3"').replace("optional", ""),
        CLASHING.replace("= 1;", '= 1 [json_name = "z"];').replace(
            "= 2;", '= 2 [json_name = "z"];'
        ),
    ],
)
def test_fields_of_one_json_name_elsewhere(text: str) -> None:
    assert "JSON name" in fault(text).reason


def test_warnings_of_the_compiler_are_not_printed() -> None:
    code = f"from compat.formats.protobuf import FORMAT; FORMAT.parse({CLASHING!r})"

    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=False
    )

    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")

"""All three formats from the index: a break, and references between files."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cli.conftest import Repo, outcomes, record, results, run

DRAFT = "https://json-schema.org/draft/2020-12/schema"


def json_object(properties: dict[str, Any], *required: str, **more: Any) -> Any:
    return {
        "$schema": DRAFT,
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
        **more,
    }


def proto(body: str, *imports: str, package: str = "shop") -> str:
    lines = [f'import "{each}";' for each in imports]
    return "\n".join(['syntax = "proto3";', f"package {package};", *lines, body, ""])


def test_the_same_break_in_each_format(repo: Repo) -> None:
    repo.stage("order.avsc", record("Order", "id"))
    repo.stage("order.schema.json", json_object({"id": {"type": "integer"}}))
    repo.stage("order.proto", proto("message Order { int64 id = 1; }"))
    repo.commit()
    text = {"name": "id", "type": "string"}
    repo.stage("order.avsc", record("Order", text))
    repo.stage("order.schema.json", json_object({"id": {"type": "string"}}))
    repo.stage("order.proto", proto("message Order { string id = 1; }"))

    found = results("check", "--staged")

    issues = {each["file"]: each["issues"][0] for each in found}
    assert {file: each["rule"] for file, each in issues.items()} == {
        "order.avsc": "AVRO_TYPE_MISMATCH",
        "order.proto": "PROTO_FIELD_SCALAR_KIND_CHANGED",
        "order.schema.json": "JSON_TYPE_CHANGED",
    }
    for each in issues.values():
        assert each["witness"]["confirmedBy"]
        assert each["fix"]["advice"]
        assert each["location"]["line"] > 1
        assert each["why"]


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("proto/shop/address.proto", "shop/address.proto"),
        ("shop/address.proto", "shop/address.proto"),
        ("proto/shop/address.proto", "address.proto"),
        ("third_party/inc/a/address.proto", "a/address.proto"),
    ],
)
def test_protobuf_imports(repo: Repo, path: str, name: str) -> None:
    repo.write("dovetail.toml", 'roots = ["third_party/inc"]\n')
    repo.stage(path, proto("message Address { string street = 1; }"))
    repo.stage(
        "proto/shop/order.proto",
        proto(
            "message Order { Address to = 1; google.protobuf.Timestamp at = 2; }",
            name,
            "google/protobuf/timestamp.proto",
        ),
    )
    repo.commit()
    repo.stage(path, proto("message Address { int32 street = 1; }"))

    assert outcomes("check", "--staged") == {
        path: "incompatible",
        "proto/shop/order.proto": "incompatible",
    }


def test_a_protobuf_import_that_is_nowhere(repo: Repo) -> None:
    repo.stage("order.proto", proto("message Order {}", "gone/x.proto"))

    done = run("check", "--staged")

    assert done.exit_code == 3
    assert "gone/x.proto" in done.stdout
    assert "under roots in dovetail.toml" in " ".join(done.stdout.split())


def test_json_references_by_path_and_by_id(repo: Repo) -> None:
    repo.stage("defs/a.schema.json", json_object({"x": {"type": "integer"}}))
    repo.stage(
        "defs/b.schema.json",
        {"$schema": DRAFT, "$id": "https://shop.example/b", "type": "integer"},
    )
    by_path = {"to": {"$ref": "../defs/a.schema.json"}}
    by_id = {"to": {"$ref": "https://shop.example/b"}}
    repo.stage("s/path.schema.json", json_object(by_path))
    repo.stage("s/id.schema.json", json_object(by_id))
    repo.stage("s/none.schema.json", json_object({}))
    repo.commit()
    repo.stage("defs/a.schema.json", json_object({"x": {"type": "string"}}))
    assert outcomes("check", "--staged") == {
        "defs/a.schema.json": "incompatible",
        "s/path.schema.json": "incompatible",
    }

    repo.stage(
        "defs/b.schema.json",
        {"$schema": DRAFT, "$id": "https://shop.example/b", "type": "string"},
    )
    assert outcomes("check", "--staged") == {
        "defs/a.schema.json": "incompatible",
        "defs/b.schema.json": "incompatible",
        "s/id.schema.json": "incompatible",
        "s/path.schema.json": "incompatible",
    }


def test_one_json_file_under_several_names(repo: Repo) -> None:
    repo.stage("d/leaf.schema.json", {"$schema": DRAFT, "type": "integer"})
    repo.stage("mid.schema.json", json_object({"l": {"$ref": "d/leaf.schema.json"}}))
    both = {
        "m": {"$ref": "../mid.schema.json"},
        "l": {"$ref": "leaf.schema.json"},
    }
    repo.stage("d/top.schema.json", json_object(both))

    assert set(outcomes("check", "--staged").values()) == {"new"}


def test_json_files_of_one_name_in_two_folders(repo: Repo) -> None:
    for folder, kind in {"a": "integer", "b": "string"}.items():
        repo.stage(f"{folder}/leaf.schema.json", {"$schema": DRAFT, "type": kind})
        inner = json_object({"v": {"$ref": "leaf.schema.json"}}, "v")
        repo.stage(f"{folder}/inner.schema.json", inner)
    refs = {each: {"$ref": f"{each}/inner.schema.json"} for each in "ab"}
    repo.stage("top.schema.json", json_object(refs))
    repo.commit()
    repo.stage("b/leaf.schema.json", {"$schema": DRAFT, "type": "boolean"})

    found = {each["file"]: each for each in results("check", "--staged")}

    assert set(found) == {
        "b/leaf.schema.json",
        "b/inner.schema.json",
        "top.schema.json",
    }
    values = [each["witness"]["value"] for each in found["top.schema.json"]["issues"]]
    # Only what b holds changed; a's leaf of the same name is still an integer.
    assert all(set(each) == {"b"} for each in values)


def test_json_files_that_refer_to_each_other(repo: Repo) -> None:
    a = json_object({"b": {"$ref": "b.schema.json"}, "x": {"type": "integer"}})
    repo.stage("a.schema.json", a)
    repo.stage("b.schema.json", json_object({"a": {"$ref": "a.schema.json"}}))
    repo.commit()
    a["properties"]["x"] = {"type": "string"}
    repo.stage("a.schema.json", a)

    assert outcomes("check", "--staged") == {
        "a.schema.json": "incompatible",
        "b.schema.json": "incompatible",
    }


def test_references_of_a_tag_are_those_of_that_tag(repo: Repo) -> None:
    user = {"name": "to", "type": "shop.Address"}
    repo.stage("address.avsc", record("Address", "street"))
    repo.stage("order.avsc", record("Order", user))
    repo.commit()
    repo.git("tag", "v1")
    repo.stage("address.avsc", record("Address", {"name": "street", "type": "string"}))
    repo.commit()
    repo.git("tag", "v2")

    assert outcomes("check", "order.avsc", "--against", "v2") == {
        "order.avsc": "compatible"
    }
    assert outcomes("check", "order.avsc", "--tags", "v*") == {
        "order.avsc": "incompatible"
    }

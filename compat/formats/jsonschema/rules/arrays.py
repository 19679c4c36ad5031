"""Rules about the items of arrays; their numbers are in `limits`."""

from __future__ import annotations

from compat.formats.jsonschema.differences import Leaf
from compat.formats.jsonschema.ruling import rule, shown

__all__ = [
    "additional_items_narrowed",
    "additional_items_removed",
    "contains_added",
    "contains_changed",
    "item_added_to_open_model",
    "unique_items_added",
]


@rule("JSON_UNIQUE_ITEMS_ADDED", "uniqueItems", confluent="UNIQUE_ITEMS_ADDED")
def unique_items_added(_leaf: Leaf) -> str | None:
    """Items have to differ from each other, and did not before.

    Why: arrays with equal items were valid when they were written.
    Fix: leave uniqueItems out.
    Spec: JSON Schema Validation, section 6.4.3, uniqueItems.
    """
    return "items must be unique, which the writer's schema does not ask for"


@rule("JSON_CONTAINS_CHANGED", "contains", confluent="TYPE_CHANGED")
def contains_changed(leaf: Leaf) -> str | None:
    """The items that an array must contain are others than before.

    Why: an array with an item of the writer's kind may have none of the
    reader's.
    Fix: widen the schema of contains.
    Spec: JSON Schema Core, section 10.3.1.3, contains.
    """
    old = leaf.mirror.values("contains")
    if not old:
        return None
    return (
        f"an array must contain {shown(leaf.value)}, but {shown(old[0])} in the "
        "writer's schema"
    )


@rule("JSON_CONTAINS_ADDED", "contains", confluent="MIN_CONTAINS_ADDED")
def contains_added(leaf: Leaf) -> str | None:
    """An array must contain an item of some kind, and did not before.

    Why: arrays without such an item were valid when they were written.
    Fix: leave contains out.
    Spec: JSON Schema Core, section 10.3.1.3, contains.
    """
    return (
        f"an array must contain {shown(leaf.value)}, which the writer's schema does "
        "not ask for"
    )


_REST = ("items", "additionalItems")


def _tuple_position(leaf: Leaf) -> str:
    last = leaf.path.rpartition("/")[2]
    return last if last.isdigit() else ""


@rule(
    "JSON_ITEM_ADDED_TO_OPEN_MODEL",
    "prefixItems",
    "items",
    confluent="ITEM_ADDED_TO_OPEN_CONTENT_MODEL",
)
def item_added_to_open_model(leaf: Leaf) -> str | None:
    """An item at one index has to meet a schema that it did not before.

    Why: any value was valid at that index when it was written.
    Fix: close the array before it is written, or leave the item's schema open.
    Spec: JSON Schema Core, section 10.3.1.1, prefixItems.
    """
    index = _tuple_position(leaf)
    if not index:
        return None
    return (
        f"the item at index {index} must meet {shown(leaf.value)}, which the "
        "writer's schema does not ask for"
    )


@rule("JSON_ADDITIONAL_ITEMS_REMOVED", *_REST, confluent="ADDITIONAL_ITEMS_REMOVED")
def additional_items_removed(leaf: Leaf) -> str | None:
    """An array that was open refuses further items.

    Why: items that no schema lists were valid when they were written.
    Fix: keep the array open.
    Spec: JSON Schema Core, section 10.3.1.2, items.
    """
    if leaf.value is not False:
        return None
    return "further items are refused, which the writer's schema allows"


@rule("JSON_ADDITIONAL_ITEMS_NARROWED", *_REST, confluent="ADDITIONAL_ITEMS_NARROWED")
def additional_items_narrowed(leaf: Leaf) -> str | None:
    """Items have to meet a schema that they did not before.

    Why: items with any value were valid when they were written.
    Fix: widen the schema of the items to what was written.
    Spec: JSON Schema Core, section 10.3.1.2, items.
    """
    return (
        f"items must meet {shown(leaf.value)}, which the writer's schema does not "
        "ask for"
    )

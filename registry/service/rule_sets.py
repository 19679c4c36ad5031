"""Rule sets of a data contract: read, validated, merged; never executed here.

Source: Confluent's data contracts; the messages are the ones clients know.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from registry.errors import BadRequest, InvalidRuleSet
from registry.service import metadata

__all__ = ["RuleSet", "has_rule_of_type", "merge", "read", "without"]

RuleSet = dict[str, Any]

_LISTS = ("migrationRules", "domainRules", "encodingRules")
_MODES = {
    "migrationRules": ("UPGRADE", "DOWNGRADE", "UPDOWN"),
    "domainRules": ("WRITE", "READ", "WRITEREAD"),
    "encodingRules": ("WRITE", "READ", "WRITEREAD"),
}
_KINDS = ("TRANSFORM", "CONDITION")
_ALL_MODES = ("UPGRADE", "DOWNGRADE", "UPDOWN", "WRITE", "READ", "WRITEREAD")
_ENABLE_AT = ("ALL", "CLIENT", "GATEWAY", "SERVER", "NONE")
_NAME_LIMIT = 256


def read(value: Any, where: str = "ruleSet") -> RuleSet | None:
    """Return ``value`` with defaults filled in.

    Raises `BadRequest` for another shape, `InvalidRuleSet` for a rule that
    can't be.
    """
    if value is None:
        return None
    if not isinstance(value, dict):
        raise BadRequest(f"'{where}' must be an object")
    found: RuleSet = {}
    for name in _LISTS:
        rules = value.get(name)
        if rules is None:
            continue
        if not isinstance(rules, list):
            raise BadRequest(f"'{where}.{name}' must be a list of rules")
        read_rules = [
            _rule(rule, f"{where}.{name}[{i}]") for i, rule in enumerate(rules)
        ]
        if read_rules:
            found[name] = read_rules
    if (enable_at := value.get("enableAt")) is not None:
        found["enableAt"] = _one_of(enable_at, _ENABLE_AT, f"{where}.enableAt")
    _validate(found)
    return found


def merge(old: RuleSet | None, new: RuleSet | None) -> RuleSet | None:
    """Return ``old`` with the rules of ``new`` in place of those of the same name."""
    if old is None or new is None:
        return new if old is None else old
    merged: RuleSet = {}
    for name in _LISTS:
        added = new.get(name, [])
        replaced = {rule["name"] for rule in added}
        kept = [rule for rule in old.get(name, []) if rule["name"] not in replaced]
        if kept or added:
            merged[name] = kept + added
    if enable_at := new.get("enableAt") or old.get("enableAt"):
        merged["enableAt"] = enable_at
    return merged


def without(rule_set: RuleSet | None, names: list[str]) -> RuleSet | None:
    """Return the rule set less the rules of these names."""
    if rule_set is None:
        return None
    kept = dict(rule_set)
    for each in _LISTS:
        rules = [r for r in rule_set.get(each, ()) if r["name"] not in names]
        kept.pop(each, None)
        if rules:
            kept[each] = rules
    return kept


def has_rule_of_type(rule_set: RuleSet | None, type: str) -> bool:
    """Whether a rule of this type stands in any of the lists."""
    return any(rule.get("type") == type for _, rule in _rules(rule_set or {}))


def _rules(rule_set: RuleSet) -> Iterator[tuple[str, dict[str, Any]]]:
    for name in _LISTS:
        for rule in rule_set.get(name, ()):
            yield name, rule


def _rule(value: Any, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise BadRequest(f"'{where}' must be an object")
    rule: dict[str, Any] = {}
    for member in ("name", "doc"):
        _copy_text(value, rule, member, where)
    rule["kind"] = _one_of(value.get("kind") or "TRANSFORM", _KINDS, f"{where}.kind")
    rule["mode"] = _one_of(
        value.get("mode") or "WRITEREAD", _ALL_MODES, f"{where}.mode"
    )
    _copy_text(value, rule, "type", where)
    if tags := value.get("tags"):
        if not isinstance(tags, list) or not all(isinstance(t, str) for t in tags):
            raise BadRequest(f"'{where}.tags' must be a list of strings")
        rule["tags"] = sorted(set(tags))
    if params := value.get("params"):
        if not isinstance(params, dict):
            raise BadRequest(f"'{where}.params' must be an object")
        rule["params"] = {
            key: metadata.text_value(params[key], f"{where}.params['{key}']")
            for key in sorted(params)
        }
    for member in ("expr", "onSuccess", "onFailure"):
        _copy_text(value, rule, member, where)
    disabled = value.get("disabled")
    if disabled is not None and not isinstance(disabled, bool):
        raise BadRequest(f"'{where}.disabled' must be true or false")
    rule["disabled"] = disabled or False
    return rule


def _copy_text(
    value: dict[str, Any], rule: dict[str, Any], member: str, where: str
) -> None:
    found = value.get(member)
    if found is not None and not isinstance(found, str):
        raise BadRequest(f"'{where}.{member}' must be a string")
    if found is not None:
        rule[member] = found


def _one_of(value: Any, allowed: tuple[str, ...], where: str) -> str:
    if isinstance(value, str) and value.upper() in allowed:
        return value.upper()
    raise BadRequest(f"'{where}' must be one of {', '.join(allowed)}")


def _validate(rule_set: RuleSet) -> None:
    seen: set[str] = set()
    for name, rule in _rules(rule_set):
        _validate_name(rule.get("name"))
        if rule["name"] in seen:
            raise InvalidRuleSet(f"Found rule with duplicate name '{rule['name']}'")
        seen.add(rule["name"])
        if not rule.get("type"):
            raise InvalidRuleSet("Missing rule type")
        if rule["mode"] not in _MODES[name]:
            kind = name.removesuffix("Rules").capitalize()
            raise InvalidRuleSet(f"{kind} rules can only be {', '.join(_MODES[name])}")
        actions = (rule.get("onSuccess") or "") + (rule.get("onFailure") or "")
        if "," in actions and rule["mode"] not in ("WRITEREAD", "UPDOWN"):
            raise InvalidRuleSet(
                "Multiple actions only valid with WRITEREAD and UPDOWN"
            )


def _validate_name(name: str | None) -> None:
    if name is None:
        raise InvalidRuleSet("Missing rule name")
    if not name:
        raise InvalidRuleSet("Empty rule name")
    if len(name) > _NAME_LIMIT:
        raise InvalidRuleSet("Rule name too long")
    if not (name[0].isalpha() or name[0] == "_"):
        raise InvalidRuleSet(f"Illegal initial character in rule name: {name[0]}")
    for each in name[1:]:
        if not (each.isalnum() or each in "_-"):
            raise InvalidRuleSet(f"Illegal character in rule name: {each}")

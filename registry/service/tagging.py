"""Tagging a stored version: its schema, edited, is registered as the next one."""

from __future__ import annotations

from registry.errors import InvalidRuleSet
from registry.service import rule_sets
from registry.service.names import SubjectName
from registry.service.register import register
from registry.service.requests import SchemaRequest, TagRequest
from registry.service.rule_sets import RuleSet
from registry.service.session import Registry
from registry.service.versions import get_version
from registry.store.values import StoredVersion

__all__ = ["tag_version"]

_NEXT = -1


def tag_version(
    registry: Registry,
    subject: SubjectName,
    number: int | None,
    request: TagRequest,
    *,
    dry_run: bool = False,
) -> StoredVersion:
    """Register the version's schema with other tags, metadata or rules.

    ``number`` None is the latest version. The new version's number is written
    into the metadata, and it is checked like any other. Raises what
    `register` and `get_version` do, and `InvalidRuleSet` when a rule set is
    both given and edited.
    """
    if request.rule_set is not None and (
        request.rules_to_merge is not None or request.rules_to_remove
    ):
        raise InvalidRuleSet(
            "ruleSet should be omitted if specifying rulesToMerge or rulesToRemove"
        )
    with registry.reading() as session:
        old = get_version(session, subject, number, deleted=False)
    schema = old.schema
    retagged = SchemaRequest(
        text=schema.text,
        type=schema.type,
        references=schema.references,
        metadata=schema.metadata if request.metadata is None else request.metadata,
        rule_set=_rule_set(request, schema.rule_set),
        version=_NEXT if request.new_version is None else request.new_version,
        tags_to_add=request.tags_to_add,
        tags_to_remove=request.tags_to_remove,
    )
    home = SubjectName.parse(old.subject)
    return register(registry, home, retagged, dry_run=dry_run)


def _rule_set(request: TagRequest, old: RuleSet | None) -> RuleSet | None:
    if request.rule_set is not None:
        return request.rule_set
    kept = rule_sets.without(old, list(request.rules_to_remove))
    return rule_sets.merge(kept, request.rules_to_merge)

"""Data contracts: what a schema's metadata and rule set become when it is stored.

Source: Confluent's order of merging: the config's defaults, then the schema's
own or else the latest version's, then the config's overrides.
"""

from __future__ import annotations

from registry.service import metadata, rule_sets
from registry.service.config import Config
from registry.service.metadata import Metadata
from registry.service.rule_sets import RuleSet
from registry.store.values import StoredVersion

__all__ = ["merged"]


def merged(
    own_metadata: Metadata | None,
    own_rules: RuleSet | None,
    latest: StoredVersion | None,
    config: Config,
) -> tuple[Metadata | None, RuleSet | None]:
    """Return metadata and rule set as they are stored.

    None of its own means the latest version's; an empty one is its own.
    """
    if own_metadata is None and latest is not None:
        own_metadata = latest.schema.metadata
    if own_rules is None and latest is not None:
        own_rules = latest.schema.rule_set
    return (
        metadata.merge(
            metadata.merge(config.default_metadata, own_metadata),
            config.override_metadata,
        ),
        rule_sets.merge(
            rule_sets.merge(config.default_rule_set, own_rules),
            config.override_rule_set,
        ),
    )

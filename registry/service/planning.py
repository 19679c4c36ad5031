"""What a registration comes to: a version that is there, or one to store."""

from __future__ import annotations

from dataclasses import dataclass, replace

from registry.errors import Incompatible, InvalidSchemaText, NotPermitted
from registry.service import contracts, tags
from registry.service.associations import refuse_owned
from registry.service.candidate import Candidate, read_candidate
from registry.service.compatibility import check_candidate, versions_to_check
from registry.service.config import Config, config_stored
from registry.service.earlier import Earlier
from registry.service.mode import Mode, mode_in
from registry.service.names import SubjectName
from registry.service.requests import SchemaRequest
from registry.service.reserved import refuse_reserved_prefix
from registry.service.sameness import choose, find_same
from registry.service.session import Session
from registry.store import versions
from registry.store.basis import Basis, find_basis
from registry.store.values import StoredVersion

__all__ = ["Plan", "plan"]


@dataclass(frozen=True, slots=True)
class Plan:
    """A candidate that may be stored as long as its basis holds."""

    basis: Basis
    candidate: Candidate


@dataclass(frozen=True, slots=True)
class _Sought:
    """A candidate that the subject has no version like, and its newest version.

    ``fit`` says that it was read as strictly as a new one has to be.
    """

    candidate: Candidate
    fit: bool
    likeness: str
    latest: StoredVersion | None


def plan(
    session: Session,
    subject: SubjectName,
    request: SchemaRequest,
    normalize: bool | None,
    *,
    force: bool,
    basis: Basis | None = None,
) -> Plan | StoredVersion:
    """Return the version that holds the schema already, or what to store.

    ``basis`` is looked up unless it is given. Raises what `register` does.
    """
    if basis is None:
        basis = find_basis(session.db, subject.qualified, subject.scopes)
    config = config_stored(basis.configs, subject, session.settings)
    mode = mode_in(basis.modes, subject)
    normal = config.normalize if normalize is None else normalize
    sought = None
    if (
        request.text
        and request.version == 0
        and not (config.rewrites or request.retags)
    ):
        # Posting again what is there works in every mode, and is never checked.
        found = _seek(session, subject, request, config, normalize=normal)
        if isinstance(found, StoredVersion):
            return found
        sought = found
    _refuse_mode(subject, mode, request)
    asked = request
    if not mode.imports:
        request = _inherited(session, subject, request, config, sought)
    if request.retags:
        propagate = request.propagate_tags and not mode.imports
        request = tags.applied(session, subject, request, propagate=propagate)
    candidate = _read(
        session,
        subject,
        request,
        strict=_strict(config, request),
        normalize=normal and not mode.imports,
        sought=None if normal and mode.imports else sought,
    )
    if config.validate_fields and request.id is None:
        refuse_reserved_prefix(candidate)
    refuse_owned(session, subject, candidate.targets)
    # Filled in with nothing, it is what was looked for before.
    sought_it = sought is not None and _same_contract(request, asked)
    if request.version <= 0 and not mode.imports and not sought_it:
        again = _found_again(session, subject, request, candidate)
        if again is not None:
            return again
    if not mode.imports and not force:
        _check(session, subject, candidate, config, sought)
    return Plan(basis, candidate)


def _seek(
    session: Session,
    subject: SubjectName,
    request: SchemaRequest,
    config: Config,
    *,
    normalize: bool,
) -> StoredVersion | _Sought | None:
    """Look for the schema as it was sent; None when its id is not the one found."""
    candidate, fit = None, _strict(config, request)
    if fit:
        try:
            candidate = read_candidate(
                session, subject, request, strict=True, normalize=normalize
            )
        except InvalidSchemaText:
            fit = False
    if candidate is None:
        # An older release may have stored what a new schema must not be.
        candidate = read_candidate(
            session, subject, request, strict=False, normalize=normalize
        )
        fit = not _strict(config, request)
    likeness = candidate.likeness
    like, latest = versions.all_like_and_latest(session.db, subject.qualified, likeness)
    found = choose(candidate, like)
    if found is None:
        return _Sought(candidate, fit, likeness, latest)
    return found if request.id in (None, found.schema.id) else None


def _strict(config: Config, request: SchemaRequest) -> bool:
    """Whether the request's schema is read as a new one."""
    return config.validate_new_schemas and request.id is None


def _read(
    session: Session,
    subject: SubjectName,
    request: SchemaRequest,
    *,
    strict: bool,
    normalize: bool,
    sought: _Sought | None,
) -> Candidate:
    if sought is not None and sought.fit:
        # The text is the same; all else is what it is filled in with.
        return sought.candidate.with_contract(request.metadata, request.rule_set)
    return read_candidate(session, subject, request, strict=strict, normalize=normalize)


def _same_contract(one: SchemaRequest, other: SchemaRequest) -> bool:
    return one.metadata == other.metadata and one.rule_set == other.rule_set


def _refuse_mode(subject: SubjectName, mode: Mode, request: SchemaRequest) -> None:
    if mode.read_only:
        raise NotPermitted(Mode.refusal(subject, "is in read-only mode"))
    if request.id is not None and not mode.imports:
        raise NotPermitted(Mode.refusal(subject, "is not in import mode"))
    if request.id is None and mode.imports:
        raise NotPermitted(Mode.refusal(subject, "is not in read-write mode"))


def _inherited(
    session: Session,
    subject: SubjectName,
    request: SchemaRequest,
    config: Config,
    sought: _Sought | None,
) -> SchemaRequest:
    """Fill in what the request leaves to the latest version and the config."""
    latest = None
    if not request.text or request.metadata is None or request.rule_set is None:
        if sought is not None:
            latest = sought.latest
        else:
            latest = versions.find_latest(session.db, subject.qualified)
    if not request.text:
        if latest is None:
            raise InvalidSchemaText("Empty schema")
        request = replace(
            request,
            text=latest.schema.text,
            type=latest.schema.type,
            references=latest.schema.references,
        )
    own_metadata, own_rules = contracts.merged(
        request.metadata, request.rule_set, latest, config
    )
    if (own_metadata, own_rules) == (request.metadata, request.rule_set):
        return request
    return replace(request, metadata=own_metadata, rule_set=own_rules)


def _found_again(
    session: Session,
    subject: SubjectName,
    request: SchemaRequest,
    candidate: Candidate,
) -> StoredVersion | None:
    name = subject.qualified
    if request.version == 0:
        return find_same(session, name, candidate)
    latest = versions.find_latest(session.db, name)
    like = versions.all_like(session.db, name, candidate.likeness)
    held = latest is not None and latest.number in [each.number for each in like]
    return latest if held else None


def _check(
    session: Session,
    subject: SubjectName,
    candidate: Candidate,
    config: Config,
    sought: _Sought | None,
) -> None:
    """Raise `Incompatible` unless the candidate fits the versions before it."""
    if sought is None or config.level.transitive or config.group is not None:
        old = versions_to_check(session, subject, candidate, config)
    else:
        latest = [sought.latest] if sought.latest else []
        old = Earlier.of(session, subject.qualified, *latest)
    outcome = check_candidate(session, candidate, old, config)
    if outcome.blocks:
        raise Incompatible(
            subject.qualified, outcome.messages, outcome.report.to_json()
        )

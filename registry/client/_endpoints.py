"""The methods that both clients have: one list, typed for each of them."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import wraps
from typing import TYPE_CHECKING, Any, Generic, ParamSpec, TypeVar, overload

from registry.client._operations import (
    compatibility,
    config,
    contexts,
    schemas,
    subjects,
)
from registry.client._operations._operation import Operation

if TYPE_CHECKING:
    from registry.client._async import AsyncRegistryClient
    from registry.client._client import RegistryClient

__all__ = ["Endpoint", "Endpoints"]

P = ParamSpec("P")
T = TypeVar("T")


class Endpoint(Generic[P, T]):
    """A method that sends the operation made from its arguments.

    On the sync client it returns the result, on the async one an awaitable
    of it; arguments and documentation are those of the operation.
    """

    def __init__(self, operation: Callable[P, Operation[T]]) -> None:
        self._operation = operation
        self.__doc__ = operation.__doc__

    @overload
    def __get__(self, client: None, owner: type) -> Endpoint[P, T]: ...
    @overload
    def __get__(self, client: RegistryClient, owner: type) -> Callable[P, T]: ...
    @overload
    def __get__(
        self, client: AsyncRegistryClient, owner: type
    ) -> Callable[P, Coroutine[Any, Any, T]]: ...
    def __get__(self, client: Any, owner: type) -> Any:
        if client is None:
            return self

        @wraps(self._operation)
        def call(*args: P.args, **kwargs: P.kwargs) -> Any:
            return client.send(self._operation(*args, **kwargs))

        return call


class Endpoints:
    """Every endpoint as a method; see `registry.client._operations`."""

    register = Endpoint(subjects.register)
    lookup = Endpoint(subjects.lookup)
    get_version = Endpoint(subjects.get_version)
    get_latest = Endpoint(subjects.get_latest)
    get_latest_with_metadata = Endpoint(subjects.get_latest_with_metadata)
    get_reference = Endpoint(subjects.get_reference)
    list_subjects = Endpoint(subjects.list_subjects)
    list_versions = Endpoint(subjects.list_versions)
    list_referrers = Endpoint(subjects.list_referrers)
    delete_subject = Endpoint(subjects.delete_subject)
    delete_version = Endpoint(subjects.delete_version)

    get_schema = Endpoint(schemas.get_schema)
    get_schema_by_guid = Endpoint(schemas.get_schema_by_guid)
    list_schema_types = Endpoint(schemas.list_schema_types)
    list_schemas = Endpoint(schemas.list_schemas)
    list_subjects_of_id = Endpoint(schemas.list_subjects_of_id)
    list_versions_of_id = Endpoint(schemas.list_versions_of_id)

    check = Endpoint(compatibility.check)
    check_version = Endpoint(compatibility.check_version)

    get_config = Endpoint(config.get_config)
    set_config = Endpoint(config.set_config)
    set_level = Endpoint(config.set_level)
    delete_config = Endpoint(config.delete_config)
    get_mode = Endpoint(config.get_mode)
    set_mode = Endpoint(config.set_mode)
    delete_mode = Endpoint(config.delete_mode)

    list_contexts = Endpoint(contexts.list_contexts)
    delete_context = Endpoint(contexts.delete_context)
    get_associations = Endpoint(contexts.get_associations)
    get_cluster_id = Endpoint(contexts.get_cluster_id)
    get_server_version = Endpoint(contexts.get_server_version)

"""What an application imports: client, serializers, adapters.

    from registry.client import RegistryClient
    from registry.client.serdes import AvroSerializer

Nothing here imports server code; a broker's client is imported only by the
adapter for it.
"""

from registry.client._async import AsyncRegistryClient
from registry.client._client import RegistryClient
from registry.client._config import ClientConfig
from registry.client._errors import (
    BadAnswer,
    ClientError,
    IncompatibleSchema,
    NotAllowed,
    NotFound,
    RegistryError,
    RegistryUnavailable,
)
from registry.client._types import (
    Association,
    Compatibility,
    Config,
    RegisteredSchema,
    Schema,
    SchemaReference,
    SubjectVersion,
)

__all__ = [
    "Association",
    "AsyncRegistryClient",
    "BadAnswer",
    "ClientConfig",
    "ClientError",
    "Compatibility",
    "Config",
    "IncompatibleSchema",
    "NotAllowed",
    "NotFound",
    "RegisteredSchema",
    "RegistryClient",
    "RegistryError",
    "RegistryUnavailable",
    "Schema",
    "SchemaReference",
    "SubjectVersion",
]

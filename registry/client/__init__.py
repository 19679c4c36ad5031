"""What an application imports: client, serializers, adapters."""

"""The same serializers for each broker client; import the one that you use."""

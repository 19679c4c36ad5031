"""A whole registry as a value: read, kept in a folder, restored, compared."""

"""A schema registry: HTTP service, client and command line."""

"""Every call of the registry's API, as values, by resource."""

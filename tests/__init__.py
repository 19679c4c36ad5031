"""The tests of Dovetail. `tests/README.md` says which fixture gives what."""

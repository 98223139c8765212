"""The functions of `tests/tests/arrays`, written a second time."""

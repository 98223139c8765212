"""The formulas of `tests/tests/formulas`, written a second time."""

"""Where a formula is entered together with the points it is tested at."""

from mpmath import mpf

FORMULAS = []


def formula(*points, scalars=None, scalar="f64"):
    """Enters the decorated function under its own name.

    Points are tuples: Python floats for active parameters, integers and booleans for constants. `scalars` names the
    types that a generic formula is instantiated for.
    """

    def enter(function):
        for kind in scalars or (scalar,):
            name = f"{function.__name__}::<{kind}>" if scalars else function.__name__
            FORMULAS.append((name, function, kind, points))
        return function

    return enter


def ratio(numerator, denominator):
    """A fraction that Python must not round."""
    return mpf(numerator) / denominator

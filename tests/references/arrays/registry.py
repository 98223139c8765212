"""Where a function of arrays is entered together with the points it is tested at."""

from dataclasses import dataclass
from typing import Callable

from mpmath import mpf

from jets import squares


@dataclass
class Entry:
    name: str
    module: str
    function: Callable
    points: tuple
    # How many times it is differentiated.
    order: int


FUNCTIONS = []


class Fixed(list):
    """Numbers of an inactive parameter."""


def entry(*points, order=1, name=None):
    """Enters the decorated function under its own name, or another.

    Points are tuples of arguments: Python floats and lists of them are active; integers and `Fixed` are not.
    """

    def enter(function):
        module = function.__module__.rpartition(".")[2]
        FUNCTIONS.append(Entry(name or function.__name__, module, function, points, order))
        return function

    return enter


def with_sum(*points):
    """Enters the residuals, and as `…_sum` their squares."""

    def enter(function):
        entry(*points)(function)
        entry(*points, order=2, name=f"{function.__name__}_sum")(summed(function))
        return function

    return enter


def summed(function):
    def total_of(*arguments):
        return squares(function(*arguments))

    total_of.__module__ = function.__module__
    return total_of


def ratio(numerator, denominator):
    """A fraction that Python must not round."""
    return mpf(numerator) / denominator

"""Which functions there are, and what they take. Checks need this; what the functions do is in functions."""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Signature:
    """How many arguments a function takes, and which by name."""

    least: int
    most: int
    keywords: tuple[str, ...] = ()


# Of those that take a list or several values, one argument is the list.
SIGNATURES: dict[str, Signature] = {
    "abs": Signature(1, 1),
    "all": Signature(1, 1),
    "any": Signature(1, 1),
    "bool": Signature(1, 1),
    "date": Signature(3, 3, ("year", "month", "day")),
    "datetime": Signature(3, 7, ("year", "month", "day", "hour", "minute", "second", "microsecond")),
    "datetime.fromisoformat": Signature(1, 1),
    "datetime.fromtimestamp": Signature(1, 1),
    "datetime.now": Signature(0, 0),
    "datetime.strptime": Signature(2, 2),
    "datetime.today": Signature(0, 0),
    "datetime.utcnow": Signature(0, 0),
    "float": Signature(1, 1),
    "has": Signature(1, 1),
    "int": Signature(1, 1),
    "isinstance": Signature(2, 2),
    "len": Signature(1, 1),
    "list": Signature(0, 1),
    "max": Signature(1, 100),
    "mean": Signature(1, 100),
    "median": Signature(1, 100),
    "min": Signature(1, 100),
    "range": Signature(1, 3),
    "round": Signature(1, 2, ("ndigits",)),
    "set": Signature(0, 1),
    "sorted": Signature(1, 1, ("reverse",)),
    "str": Signature(1, 1),
    "sum": Signature(1, 1),
    "timedelta": Signature(
        0, 7, ("days", "seconds", "microseconds", "milliseconds", "minutes", "hours", "weeks")
    ),
    "tuple": Signature(0, 1),
    **{f"math.{name}": Signature(1, 1) for name in ["ceil", "cos", "degrees", "erf", "exp", "expm1", "fabs", "floor", "gamma", "isfinite", "isinf", "isnan", "lgamma", "log10", "log1p", "log2", "radians", "sin", "sqrt", "tan", "tanh", "trunc"]},
    "math.copysign": Signature(2, 2),
    "math.dist": Signature(2, 2),
    "math.hypot": Signature(1, 100),
    "math.isclose": Signature(2, 2),
    "math.log": Signature(1, 2),
    "math.pow": Signature(2, 2),
}  # fmt: skip
MODULES = ("math", "re", "datetime")
CONSTANTS: dict[str, float] = {
    "math.pi": math.pi,
    "math.e": math.e,
    "math.inf": math.inf,
    "math.nan": math.nan,
}
TYPES: dict[str, tuple[type, ...]] = {
    "bool": (bool,),
    "int": (int,),
    "float": (float,),
    "str": (str,),
    "list": (tuple,),
    "tuple": (tuple,),
    "set": (frozenset,),
    "dict": (dict,),
    "datetime": (datetime,),
    "timedelta": (timedelta,),
}

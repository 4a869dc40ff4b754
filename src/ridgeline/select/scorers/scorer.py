"""What every scorer says of itself."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from ridgeline.core.errors import InputError
from ridgeline.select.scorers.outputs import Outputs

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Scorer:
    """A method of scoring candidates, by name.

    Attributes:
        name: kebab-case, as given to a command.
        title: for people.
        paper: where the method is from.
        needs: the fields of `Outputs` without which it cannot say anything.
        compute: outputs that have these fields to [candidates]; higher is better, NaN where it cannot say.
        across: it compares the candidates with each other and so needs all of them at once.
    """

    name: str
    title: str
    paper: str
    needs: frozenset[str]
    compute: Callable[[Outputs], NDArray[np.float64]]
    across: bool = False

    def missing(self, outputs: Outputs) -> tuple[str, ...]:
        """Return what it needs and the outputs lack, sorted."""
        return tuple(sorted(self.needs - outputs.recorded))

    def score(self, outputs: Outputs) -> NDArray[np.float64]:
        """Score candidates, [candidates].

        Raises:
            InputError: the outputs lack what this needs, or hold what cannot be.
        """
        missing = self.missing(outputs)
        if missing:
            raise InputError(
                f"Scorer {self.name!r} needs {', '.join(missing)}, and that was not recorded.",
                "outputs-missing",
            )
        return self.compute(outputs)


def given(value: T | None) -> T:
    """Take a field that `needs` has made sure of."""
    assert value is not None
    return value

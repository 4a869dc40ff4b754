import argparse

import numpy as np
import pytest

from ridgeline.record.describe import describe


class Estimator:
    def __init__(self, text=None):
        self.text = text

    def __repr__(self):
        return self.text or super().__repr__()


@pytest.mark.parametrize(
    ("value", "param"),
    [
        ({"lr": 0.1, "names": ("a", "b")}, {"lr": 0.1, "names": ["a", "b"]}),
        ({"loss": abs, "kind": Estimator}, {"loss": "builtins.abs", "kind": f"{__name__}.Estimator"}),
        ({None: 1, "": 2, (1, 2): 3}, {"None": 1, "(empty)": 2, "(1, 2)": 3}),
        ([Estimator("PCA(n=2)"), Estimator()], ["PCA(n=2)", f"{__name__}.Estimator"]),
        (Estimator("x" * 501), f"{__name__}.Estimator"),
        (np.zeros((100, 100)), "ndarray of shape (100, 100), float64"),
        (argparse.Namespace(depth=2), {"depth": 2}),
        (1 + 2j, "(1+2j)"),
        (b"bytes", "b'bytes'"),
    ],
)
def test_whatever_it_is_has_a_plain_form(value, param):
    assert describe(value) == param


def test_what_holds_itself_ends():
    circle = {"lr": 1}
    circle["self"] = circle
    assert describe(circle)["lr"] == 1

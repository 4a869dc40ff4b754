import math

import pytest

from ridgeline.core.errors import InputError
from ridgeline.sync.context_patterns import ContextPatterns
from ridgeline.sync.mlflow.describe import MlflowRun, describe, literal


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1e-3", 1e-3), ("16", 16), ("True", True), ("false", False), ("None", None), ("adam", "adam"), ("01", "01"),
        ("-07", "-07"), ("+49", "+49"), ("[1, 'a']", [1, "a"]), ("{'a': 1}", {"a": 1}), ("{1: 2}", "{1: 2}"), ("(1, 2)", "(1, 2)"),
        ("inf", math.inf), ("", ""), (" 1", " 1"), ("__import__('os')", "__import__('os')"), ("[" * 5000, "[" * 5000), ("0.5", 0.5), ("0", 0),
    ],
)  # fmt: skip
def test_params_get_their_types_back(text, value):
    assert literal(text) == value
    assert type(literal(text)) is type(value)


@pytest.mark.parametrize(
    ("pattern", "key", "name", "context"),
    [
        ("f1_{lang}", "f1_fr", "f1", {"lang": "fr"}),
        ("f1_{lang}", "f1_fr/x", "f1_fr/x", {}),
        ("f1_{lang}", "loss", "loss", {}),
        ("eval/{name}/{lang}", "eval/f1/fr", "f1", {"lang": "fr"}),
        ("{subset}/{name}", "train/loss", "loss", {"subset": "train"}),
        ("eval/f1/{lang}", "eval/f1/fr", "eval/f1", {"lang": "fr"}),
    ],
)
def test_keys_become_names_and_contexts(pattern, key, name, context):
    assert ContextPatterns([pattern]).split(key) == (name, context)


@pytest.mark.parametrize("pattern", ["f1", "", "{a}{a}"])
def test_a_pattern_needs_placeholders(pattern):
    with pytest.raises(InputError, match="placeholders"):
        ContextPatterns([pattern])


def described(**given):
    run = {
        "run_id": "0" * 32, "name": "", "experiment": "e", "status": "RUNNING", "start_ms": 1000, "end_ms": None, "user": "ada",
        "deleted": False, "tags": {}, "params": {}, "inputs": [], "histories": [],
    }  # fmt: skip
    return describe(MlflowRun(**(run | given)), "mlflow x", ContextPatterns(()))


def test_a_param_in_the_way_of_another_keeps_its_dots():
    params = described(params={"optim": "adam", "optim.lr": "0.1", "a.b": "1", "a": "2", ".x": "3"}).params
    assert params == {"optim": "adam", "optim.lr": 0.1, "a": 2, "a.b": 1, ".x": 3}


def test_parents_inputs_and_long_tags_are_params():
    run = described(
        tags={"mlflow.parentRunId": "p", "long": "x" * 500, "lab": "true", "": "x"},
        inputs=[{"name": "pud", "digest": "ab12"}],
    )
    assert run.params["mlflow"] == {"parent": "p", "inputs": ["pud@ab12"], "tags": {"long": "x" * 500}}
    assert run.tags == ("lab",)
    assert run.name == "000000"

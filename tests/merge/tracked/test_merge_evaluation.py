import sys

import numpy as np
import pytest

from ridgeline.core.errors import InputError
from ridgeline.merge.tracked.evaluation import Metric, command, measured, score_of


def printing(text):
    return command(f"{sys.executable} -c \"import sys; print('noise'); print({text!r})\" {{model}}")


@pytest.mark.parametrize(
    ("printed", "metrics"),
    [
        ("0.5", (Metric("score", 0.5),)),
        ('{"f1": 0.5, "loss": 2}', (Metric("f1", 0.5), Metric("loss", 2.0))),
        (
            '[{"name": "f1", "value": 1, "context": {"lang": "de"}}]',
            (Metric("f1", 1.0, {"lang": "de"}),),
        ),
    ],
)
def test_a_command_says_what_it_measured_on_its_last_line(tmp_path, printed, metrics):
    assert measured(printing(printed.replace('"', "\\x22")), tmp_path) == metrics


def test_a_command_is_told_which_model(tmp_path):
    evaluate = command(f"{sys.executable} -c 'import sys; print(len(sys.argv[1]))' {{model}}")
    assert measured(evaluate, tmp_path) == (Metric("score", float(len(str(tmp_path)))),)


@pytest.mark.parametrize("returned", [0.25, np.float32(0.25), {"score": 0.25}, [Metric("score", 0.25)]])
def test_what_a_function_may_return(tmp_path, returned):
    assert measured(lambda _: returned, tmp_path) == (Metric("score", 0.25),)


@pytest.mark.parametrize("printed", ["", "good", "[1]", "null", "true or not"])
def test_what_is_no_measurement_is_shown(tmp_path, printed):
    with pytest.raises(InputError, match="should be a number, a JSON object"):
        measured(printing(printed), tmp_path)


def test_a_command_that_fails_is_quoted(tmp_path):
    with pytest.raises(InputError, match=r"ended with 3.*\nno such data"):
        measured(
            command(
                f"{sys.executable} -c \"import sys; sys.stderr.write('no such data'); sys.exit(3)\" {{model}}"
            ),
            tmp_path,
        )
    with pytest.raises(InputError, match="cannot be run"):
        measured(command("no-such-program {model}"), tmp_path)
    with pytest.raises(InputError, match=r"has no \{model\}"):
        command("python evaluate.py")


def test_one_metric_is_the_score_and_a_loss_is_turned():
    metrics = (Metric("f1", 0.5, {"lang": "en"}), Metric("f1", 0.4, {"lang": "de"}), Metric("loss", 2.0))
    assert score_of(metrics, "f1{lang=de}") == 0.4
    assert score_of(metrics, "loss") == -2.0
    with pytest.raises(InputError, match="2 metrics of the evaluation fit"):
        score_of(metrics, "f1")
    with pytest.raises(InputError, match="No metric of the evaluation fit"):
        score_of(metrics, "accuracy")

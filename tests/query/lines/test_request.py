import pytest

from ridgeline.core.errors import InputError
from ridgeline.query.lines.request import LinesRequest


def test_all_mistakes_are_reported_at_once():
    with pytest.raises(InputError) as caught:
        LinesRequest(
            x="stepp", line="mode", band="ci", smooth="ema:1", points=-1, xmin=2, xmax=1, color=("lr",)
        )
    message = caught.value.message
    assert message.startswith("7 things are wrong")
    for part in (
        "Did you mean 'step'?",
        "line is 'mode'",
        "band is 'ci'",
        "below 1",
        "points is -1",
        "xmin (2)",
        "color: 'lr'",
    ):
        assert part in message


@pytest.mark.parametrize(
    "mistake",
    [
        {"metrics": ('f1{"lang"}',)},
        {"x": "metric:"},
        {"x": 'metric:f1{"a": }'},
        {"smooth": "mean:8"},
        {"smooth": "mean:1e3"},
        {"smooth": "mean:99999999999"},
        {"smooth": "ema:-0.1"},
        {"smooth": "ema:nan"},
        {"smooth": "gauss:1"},
        {"xmin": float("nan")},
        {"xmin": float("inf")},
        {"points": 10**9},
        {"chart": ("metric.context.",)},
        {"chart": ("metric.last",)},
        {"stroke": ("run.hparams.lr >",)},
        {"stroke": ("*-metric.foo",)},
        {"color": ("__import__('os')",)},
        {"color": ("run.metrics['f1'].nope",)},
    ],
)
def test_a_mistake_is_an_input_error(mistake):
    with pytest.raises(InputError) as caught:
        LinesRequest(**mistake)
    assert caught.value.slug == "bad-lines-request"


@pytest.mark.parametrize(
    "fine",
    [
        {"x": 'metric:samples{"subset": "train"}'},
        {"smooth": "ema:0"},
        {"smooth": "ema:.99"},
        {"smooth": "mean:1"},
        {"points": 0},
        {"color": ("*", "*-run.hparams.seed", "-metric.name")},
        {"chart": ('run["a-b"]', "run.created_at", "run.metrics['f1'].max > 0.5")},
        {"xmin": 1, "xmax": 1},
    ],
)
def test_what_may_be_asked(fine):
    LinesRequest(**fine)

import pytest

from ridgeline.core.errors import InputError, QueryError
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
        "color: Unknown name 'lr'",
    ):
        assert part in message


@pytest.mark.parametrize(
    ("mistake", "slug"),
    [
        ({"metrics": ('f1{"lang"}',)}, "bad-selector"),
        ({"x": "metric:"}, "bad-lines-request"),
        ({"x": 'metric:f1{"a": }'}, "bad-selector"),
        ({"smooth": "mean:8"}, "bad-lines-request"),
        ({"smooth": "mean:1e3"}, "bad-lines-request"),
        ({"smooth": "mean:99999999999"}, "bad-lines-request"),
        ({"smooth": "ema:-0.1"}, "bad-lines-request"),
        ({"smooth": "ema:nan"}, "bad-lines-request"),
        ({"smooth": "gauss:1"}, "bad-lines-request"),
        ({"xmin": float("nan")}, "bad-lines-request"),
        ({"xmin": float("inf")}, "bad-lines-request"),
        ({"points": 10**9}, "bad-lines-request"),
        ({"chart": ("metric.context.",)}, "syntax"),
        ({"chart": ("metric.last",)}, "series-not-chosen"),
        ({"stroke": ("run.hparams.lr >",)}, "syntax"),
        ({"stroke": ("*-metric.foo",)}, "unknown-attribute"),
        ({"color": ("__import__('os')",)}, "unknown-function"),
        ({"color": ("run.metrics['f1'].nope",)}, "unknown-attribute"),
        ({"color": ("tag:",)}, "bad-key"),
    ],
)
def test_a_mistake_is_an_input_error(mistake, slug):
    with pytest.raises(InputError) as caught:
        LinesRequest(**mistake)
    assert caught.value.slug == slug


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
        {
            "chart": (
                "tag:lab",
                "expr:-run.lr",
                "'x' in run.tags",
                "not run.archived",
                "run.created_at.date()",
            )
        },
        {
            "stroke": (
                "*-tag:lab",
                "run.experiment",
                "run.status",
                "run.name",
                "run.note",
                "run.tags",
                "run.id",
            )
        },
        {"xmin": 1, "xmax": 1},
    ],
)
def test_what_may_be_asked(fine):
    LinesRequest(**fine)


def test_a_wrong_expression_says_where():
    with pytest.raises(QueryError) as caught:
        LinesRequest(color=("run.hparams.lr >",))
    error = caught.value
    assert (error.source, error.reason.startswith("color: ")) == ("run.hparams.lr >", True)
    assert 0 <= error.start <= error.end <= len(error.source) + 1

"""Views of the sweep worth opening first: which model, why, and what the techniques cost."""

from dataclasses import dataclass
from urllib.parse import quote

from ridgeline.demo.sweep import EXPERIMENT
from ridgeline.query.repo import Repo

LANGUAGES = ("de", "es", "nl", "zh", "en")
SWEEP = f'run.experiment == "{EXPERIMENT}"'
FULL_TRAINING = f"{SWEEP} and run.hparams.epochs == 60"


@dataclass(frozen=True, slots=True)
class View:
    """A page of the UI: `path` starts with a slash and holds the whole state."""

    title: str
    path: str


def story_views(repo: Repo) -> list[View]:
    """Return the views, the first of them on the model that does best in English."""
    best = repo.runs(
        SWEEP, order_by='-run.metrics["f1", {"lang": "en", "subset": "dev"}].last, run.name', limit=1
    ).to_arrow()
    scores = [("m", f"f1{{lang={lang},subset=dev}}") for lang in LANGUAGES]
    views = [
        View(
            "The best English model is not the best elsewhere: two hyperparameters, five languages, every model a line.",
            _path(
                "/params",
                [("q", SWEEP), ("a", "run.hparams.lr"), ("a", "run.hparams.epochs")]
                + [("a", f"last(f1{{lang={lang},subset=dev}})") for lang in LANGUAGES],
            ),
        ),
        View(
            "All models by learning rate, a chart a language: each line is a run.",
            _path("/metrics", [("q", FULL_TRAINING), *scores, *BY_LEARNING_RATE]),
        ),
        View(
            "The same with the seeds folded: a median and its band a learning rate.",
            _path("/metrics", [("q", FULL_TRAINING), *scores, *BY_LEARNING_RATE, ("fold", "1")]),
        ),
        View(
            "Fine-tuning against feature extraction, by the seconds that each takes.",
            _path(
                "/metrics",
                [
                    ("q", FULL_TRAINING),
                    *scores,
                    ("c", "run.hparams.technique"),
                    ("ch", "metric.context.lang"),
                    ("fold", "1"),
                    ("x", "relative"),
                ],
            ),
        ),
    ]
    if len(best):
        run_id = best.column("id")[0].as_py()
        views.insert(
            1,
            View(
                f"What {best.column('name')[0].as_py()}, the best English model, does to five languages over its epochs.",
                _path(
                    "/metrics",
                    [("q", f'run.id == "{run_id}"'), *scores, ("c", "metric.context.lang"), ("x", "epoch")],
                ),
            ),
        )
    return views


BY_LEARNING_RATE = [("c", "run.hparams.lr"), ("ch", "metric.context.lang"), ("x", "epoch")]


def _path(page: str, state: list[tuple[str, str]]) -> str:
    """Write a page's state as its query string; only what would break the address is escaped."""
    return (
        page
        + "?"
        + "&".join(f"{key}={quote(value, safe='{},=()/:').replace('%20', '+')}" for key, value in state)
    )

"""Views of the sweep worth opening first: which model, why, and what the techniques cost."""

from dataclasses import dataclass
from urllib.parse import quote

from ridgeline.demo.sweep import EXPERIMENT
from ridgeline.query.repo import Repo

LANGUAGES = ("de", "es", "nl", "zh", "en")
SWEEP = f'run.experiment == "{EXPERIMENT}"'
LONG_TRAINING = f"{SWEEP} and run.hparams.epochs == 60"


@dataclass(frozen=True, slots=True)
class View:
    """A page of the UI: `path` starts with a slash and holds the whole state."""

    title: str
    path: str


def story_views(repo: Repo) -> list[View]:
    """Return the views, the first of them on the model that does best in English."""
    return [
        View(
            "The best English model is not the best elsewhere: two hyperparameters, five languages, every model a line.",
            _path(
                "/params",
                [
                    ("q", SWEEP),
                    ("a", "run.hparams.lr"),
                    ("a", "run.hparams.epochs"),
                    *(("a", f"last(f1{{lang={lang},subset=dev}})") for lang in LANGUAGES),
                ],
            ),
        ),
        *_best_english_model(repo),
        View(
            "All models by learning rate, a chart a language: each line is a run.",
            _path("/metrics", [("q", LONG_TRAINING), *SCORES, *BY_LEARNING_RATE]),
        ),
        View(
            "The same with the seeds folded: a median and its band a learning rate.",
            _path("/metrics", [("q", LONG_TRAINING), *SCORES, *BY_LEARNING_RATE, ("fold", "1")]),
        ),
        View(
            "Fine-tuning against feature extraction, by the seconds that each takes.",
            _path(
                "/metrics",
                [
                    ("q", f"{LONG_TRAINING} and run.hparams.lr == 0.003"),
                    *SCORES,
                    ("c", "run.hparams.technique"),
                    ("ch", "metric.context.lang"),
                    ("x", "relative"),
                ],
            ),
        ),
    ]


def _best_english_model(repo: Repo) -> list[View]:
    """Return the view of the one run that is best in English after the longest training; none before one has ended."""
    best = repo.runs(
        LONG_TRAINING, order_by='-run.metrics["f1", {"lang": "en", "subset": "dev"}].last, run.name', limit=1
    )
    return [
        View(
            f"What happens to five languages over the epochs of {run.name}, the best in English after sixty.",
            _path(
                "/metrics",
                [("q", f'run.id == "{run.id}"'), *SCORES, ("c", "metric.context.lang"), ("x", "epoch")],
            ),
        )
        for run in best
    ]


SCORES = [("m", f"f1{{lang={lang},subset=dev}}") for lang in LANGUAGES]
BY_LEARNING_RATE = [("c", "run.hparams.lr"), ("ch", "metric.context.lang"), ("x", "epoch")]


def _path(page: str, state: list[tuple[str, str]]) -> str:
    """Write a page's state as its query string; only what would break the address is escaped."""
    return (
        page
        + "?"
        + "&".join(f"{key}={quote(value, safe='{},=()/:').replace('%20', '+')}" for key, value in state)
    )

"""Views of the sweep worth opening first: which model, why, and what the techniques cost."""

from dataclasses import dataclass
from urllib.parse import quote

from ridgeline.demo.sweep import EXPERIMENT
from ridgeline.demo.task import SOURCE
from ridgeline.query.repo import Repo
from ridgeline.query.views import save_view, saved_views

LANGUAGES = ("de", "es", "nl", "zh", "en")
SWEEP = f'run.experiment == "{EXPERIMENT}"'
ENGLISH_DEV = 'run.metrics["f1", {"lang": "en", "subset": "dev"}].last'
LONG_TRAINING = f"{SWEEP} and run.hparams.epochs == 60"
SCORES = [("m", f"f1{{lang={lang},subset=dev}}") for lang in LANGUAGES]
BY_LEARNING_RATE = [("c", "run.hparams.lr"), ("ch", "metric.context.lang"), ("x", "epoch")]


@dataclass(frozen=True, slots=True)
class View:
    """A page of the UI with its state: `name` is for the list of views, `title` says what is to be seen."""

    name: str
    title: str
    page: str
    state: list[tuple[str, str]]

    @property
    def url(self) -> str:
        """Return the address below the server's, as a person can read it: only what would break it is escaped."""
        pairs = (f"{key}={quote(value, safe='{},=()/: ').replace(' ', '+')}" for key, value in self.state)
        return f"/{self.page}?{'&'.join(pairs)}"


def story_views(repo: Repo) -> list[View]:
    """Return the views in the order of the story."""
    return [
        View(
            "Best in English, elsewhere",
            "The best English model is not the best elsewhere: two hyperparameters, five languages, a line for every model"
            " that has learned English.",
            "params",
            [
                ("q", f"{SWEEP} and {ENGLISH_DEV} > 0.7"),
                ("a", "run.hparams.lr"),
                ("a", "run.hparams.epochs"),
                *(("a", f"last(f1{{lang={lang},subset=dev}})") for lang in LANGUAGES),
            ],
        ),
        *_best_english_model(repo),
        View(
            "By learning rate",
            "All models by learning rate, a chart a language: each line is a run.",
            "metrics",
            [("q", LONG_TRAINING), *SCORES, *BY_LEARNING_RATE],
        ),
        View(
            "By learning rate, seeds folded",
            "The same with the seeds folded: a median and its band a learning rate.",
            "metrics",
            [("q", LONG_TRAINING), *SCORES, *BY_LEARNING_RATE, ("fold", "1")],
        ),
        View(
            "Techniques over time",
            "Fine-tuning against feature extraction, by the seconds that each takes.",
            "metrics",
            [
                ("q", f"{LONG_TRAINING} and run.hparams.lr == 0.003"),
                *SCORES,
                ("c", "run.hparams.technique"),
                ("ch", "metric.context.lang"),
                ("x", "relative"),
            ],
        ),
        View(
            "Which model for Ukrainian",
            "Single and merged models as candidates for a language whose labels nobody may look at yet.",
            "select",
            [("target", "f1{subset=test}"), ("task", "uk"), ("source", SOURCE)],
        ),
    ]


def save_story(repo: Repo) -> list[View]:
    """Keep the views in the repo, so that the UI lists them, unless it has them already; return them."""
    views = story_views(repo)
    known = {(view.name, view.url) for view in saved_views(repo.layout)}
    for view in views:
        if (view.name, view.url) not in known:
            save_view(repo.layout, view.name, view.page, view.url)
    return views


def _best_english_model(repo: Repo) -> list[View]:
    """Return the view of the one run that is best in English after the longest training; none before one has ended."""
    best = repo.runs(LONG_TRAINING, order_by=f"-{ENGLISH_DEV}, run.name", limit=1)
    return [
        View(
            "Languages over epochs",
            f"What happens to five languages over the epochs of {run.name}, the best in English after sixty.",
            "metrics",
            [("q", f'run.id == "{run.id}"'), *SCORES, ("c", "metric.context.lang"), ("x", "epoch")],
        )
        for run in best
    ]

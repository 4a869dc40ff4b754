import subprocess
import sys

from needed import need

need("spacy")

import spacy
from spacy.language import DEFAULT_CONFIG
from spacy.tokens import DocBin
from spacy.training.initialize import init_nlp
from spacy.training.loop import train as spacy_train

import ridgeline.integrations.spacy as integration
from ridgeline import Repo
from ridgeline.testing.integration_suite import IntegrationSuite, TrainingFailed

CONFIG = """
[nlp]
lang = "en"
pipeline = ["textcat"]
[components]
[components.textcat]
factory = "textcat"
[corpora]
[corpora.train]
@readers = "spacy.Corpus.v1"
path = "{folder}/data.spacy"
[corpora.dev]
@readers = "spacy.Corpus.v1"
path = "{folder}/data.spacy"
[training]
max_steps = 6
eval_frequency = 2
patience = 0
dev_corpus = "corpora.dev"
train_corpus = "corpora.train"
[training.logger]
{logger}
"""


def train(folder, logger):
    nlp = spacy.blank("en")
    docs = DocBin()
    for text, label in [("the cat sat", "CAT"), ("the dog sat", "DOG")] * 4:
        doc = nlp(text)
        doc.cats = {"CAT": float(label == "CAT"), "DOG": float(label == "DOG")}
        docs.add(doc)
    docs.to_disk(folder / "data.spacy")
    config = spacy.util.load_config_from_str(CONFIG.format(folder=folder, logger=logger))
    pipeline = init_nlp(DEFAULT_CONFIG.merge(config))
    spacy_train(pipeline)


class TestSpacy(IntegrationSuite):
    module = "ridgeline.integrations.spacy"
    framework = "spacy"
    context = {"pipe": "textcat"}
    params = {"config.nlp.lang": "en", "config.training.max_steps": 6}

    def train(self, run, repo, *, failing):
        if run is None and not failing:
            train(repo, f'@loggers = "ridgeline.Logger.v1"\nrepo = "{repo}"\ncapture = false')
            return
        from ridgeline.integrations.session import Session

        session = Session(run) if run else Session(options={"repo": repo, "capture": False})

        @spacy.registry.loggers("test.Logger.v1")
        def make():
            set_up = integration.logger_into(session)

            def wrapped(*args):
                on_step, on_end = set_up(*args)

                def step(info):
                    on_step(info)
                    if failing and info is not None:
                        raise TrainingFailed

                return step, on_end

            return wrapped

        train(repo, '@loggers = "test.Logger.v1"')


def test_scores_of_the_evaluation_have_their_subset(tmp_path):
    train(
        tmp_path,
        f'@loggers = "ridgeline.Logger.v1"\nrepo = "{tmp_path}"\nexperiment = "cats"\ncapture = false',
    )
    (view,) = Repo(tmp_path).runs()
    assert view.experiment == "cats"
    names = {metric.name for metric in view.metrics if metric.context == {"subset": "dev"}}
    assert "cats_score" in names
    assert view.points("score").to_pandas()["step"].tolist() == [0, 2, 4, 6]


def test_spacy_finds_the_logger_by_itself(tmp_path):
    code = "import spacy; print(spacy.registry.loggers.get('ridgeline.Logger.v1').__module__)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "ridgeline.integrations.spacy"

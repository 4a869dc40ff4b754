"""Scorers on what runs have recorded."""

from collections import OrderedDict

import numpy as np
import pytest

import ridgeline
from ridgeline import select
from ridgeline.core.errors import InputError
from ridgeline.select.rules import Evidence
from ridgeline.select.scorers.outputs import Outputs
from ridgeline.select.scorers.registry import SCORERS
from ridgeline.select.tracked_outputs import TrackedOutputs
from ridgeline.select.tracked_reader import Hint
from ridgeline.select.tracked_representations import Representations

TARGET = "accuracy{lang=de,subset=test}"
N, K, D = 30, 3, 4
LANGUAGES = ("en", "de", "nl")


def softmax(z):
    p = np.exp(z - z.max(axis=-1, keepdims=True))
    return p / p.sum(axis=-1, keepdims=True)


class Sweep:
    """Five candidates of growing skill, with all that can be recorded of them."""

    def __init__(self, seed=0):
        rng = np.random.default_rng(seed)
        self.labels = {place: rng.integers(K, size=N) for place in self.places()}
        self.probabilities = {
            place: softmax(
                (np.arange(5)[:, None, None] + 0.5) * np.eye(K)[labels] + rng.normal(size=(5, N, K))
            ).astype(np.float32)
            for place, labels in self.labels.items()
        }
        self.features = {place: rng.normal(size=(5, N, D)).astype(np.float32) for place in self.labels}

    @staticmethod
    def places():
        return [(lang, subset) for lang in LANGUAGES for subset in ("dev", "test")]

    def accuracy(self, place):
        return (self.probabilities[place].argmax(axis=2) == self.labels[place]).mean(axis=1)


def record(folder, sweep, log=None, candidates=range(5)):
    """Record candidates; `log(run, sweep, candidate, place)` records predictions."""
    for at in candidates:
        with ridgeline.Run("pos", name=f"c{at}", repo=folder, capture=False) as run:
            for place in sweep.places():
                context = dict(zip(("lang", "subset"), place, strict=True))
                run.track(float(sweep.accuracy(place)[at]), name="accuracy", step=1, context=context)
                (log or everything)(run, sweep, at, place)
    return ridgeline.Repo(folder)


def everything(run, sweep, at, place):
    context = dict(zip(("lang", "subset"), place, strict=True))
    run.log_predictions(
        sweep.probabilities[place][at],
        labels=sweep.labels[place],
        features=sweep.features[place][at],
        context=context,
        step=1,
    )


def outputs_of(repo, source="en", **options):
    snapshot = repo.snapshot()
    return TrackedOutputs(snapshot, select.read_scores(snapshot, TARGET), "de", source, **options)


def said(outputs, name, task="de"):
    (rule,) = outputs.rules([name])
    return rule.ask(Evidence.of(outputs.scores.dev, task, outputs.source))


def on_arrays(sweep, task="de", **more):
    return Outputs(
        target_probabilities=sweep.probabilities[task, "dev"],
        target_features=sweep.features[task, "dev"],
        source_probabilities=sweep.probabilities["en", "dev"],
        source_features=sweep.features["en", "dev"],
        source_labels=sweep.labels["en", "dev"],
        **more,
    )


@pytest.fixture(scope="module")
def sweep():
    return Sweep()


@pytest.fixture(scope="module")
def repo(sweep, tmp_path_factory):
    return record(tmp_path_factory.mktemp("outputs"), sweep)


class TestScores:
    def test_every_scorer_says_what_it_says_of_the_arrays(self, repo, sweep):
        outputs = outputs_of(repo)
        direct = on_arrays(sweep)
        assert len(outputs.usable()) > 12
        for name in outputs.usable():
            found = said(outputs, name)
            assert found.scores == pytest.approx(SCORERS[name].score(direct), nan_ok=True), name
            assert found.note == ""

    def test_those_that_see_some_labels_of_the_target(self, repo, sweep):
        hint = Hint(labelled=12, seed=3)
        outputs = outputs_of(repo, hint=hint)
        rows = np.sort(np.random.default_rng(3).permutation(N)[:12])
        direct = on_arrays(sweep, labelled_rows=rows, labels=sweep.labels["de", "dev"][rows])
        for name in ("labelled", "logme", "leep", "nce", "h-score"):
            assert name not in outputs_of(repo).usable()
            assert said(outputs, name).scores == pytest.approx(SCORERS[name].score(direct)), name
        with pytest.raises(
            InputError, match="99 labelled examples of the target are asked for, and it has 30"
        ):
            said(outputs_of(repo, hint=Hint(labelled=99)), "labelled")

    def test_small_blocks_say_the_same(self, repo, monkeypatch):
        names = ("entropy", "atc", "agreement", "agreement-line")
        whole = [said(outputs_of(repo), name).scores for name in names]
        monkeypatch.setattr("ridgeline.select.tracked_reader.BLOCK_BYTES", 1)
        monkeypatch.setattr("ridgeline.select.tracked_outputs._kept", OrderedDict())
        for name, scores in zip(names, whole, strict=True):
            assert said(outputs_of(repo), name).scores == pytest.approx(scores)

    def test_in_a_rehearsal_another_task_plays_the_target(self, repo, sweep):
        found = said(outputs_of(repo), "atc", "nl")
        assert found.scores == pytest.approx(SCORERS["atc"].score(on_arrays(sweep, "nl")))
        evidence = Evidence.of(outputs_of(repo).scores.dev, "de", "en")
        rehearsal = select.rehearse(evidence, outputs_of(repo).rules(["entropy"]))
        assert (rehearsal.rules[0].name, rehearsal.tasks) == ("entropy", ("nl",))

    def test_too_much_is_not_rehearsed(self, repo, monkeypatch):
        monkeypatch.setattr("ridgeline.select.tracked_outputs.REHEARSED_BYTES", 10)
        assert said(outputs_of(repo), "mano").scores.shape == (5,)
        with pytest.raises(InputError, match="outputs-large"):
            said(outputs_of(repo), "mano", "nl")

    def test_what_is_known_is_not_read_again(self, repo, monkeypatch):
        before = said(outputs_of(repo), "snd")
        monkeypatch.setattr("ridgeline.select.tracked_outputs.score", None)
        assert said(outputs_of(repo), "snd") is before
        with pytest.raises(TypeError):
            said(outputs_of(repo, hint=Hint(1)), "snd")


class TestWhatIsMissing:
    @pytest.mark.parametrize(
        ("name", "source", "words"),
        [
            ("atc", None, "labels of the source's dev set.*Name the source"),
            ("labelled", "en", "Say how many labelled examples"),
            ("mixval", "en", "which no run records: call it on arrays"),
        ],
    )
    def test_it_is_said(self, repo, name, source, words):
        with pytest.raises(InputError, match=rf"{words}.*\[outputs-missing\]"):
            said(outputs_of(repo, source), name)

    def test_nothing_recorded(self, tmp_path, sweep):
        repo = record(tmp_path, sweep, lambda *_: None)
        outputs = outputs_of(repo)
        assert (outputs.usable(), outputs.correct("de")) == ((), None)
        with pytest.raises(InputError, match="probabilities on the target"):
            said(outputs, "entropy")

    def test_some_candidates_have_none(self, tmp_path, sweep):
        repo = record(tmp_path, sweep, lambda run, s, at, place: at != 2 and everything(run, s, at, place))
        found = said(outputs_of(repo), "entropy")
        assert np.isnan(found.scores).tolist() == [False, False, True, False, False]
        assert found.note == "1 of 5 candidates have no such predictions."

    def test_classes_alone_do_for_agreement(self, tmp_path, sweep):
        def log(run, s, at, place):
            context = dict(zip(("lang", "subset"), place, strict=True))
            run.log_predictions(predictions=s.probabilities[place][at].argmax(axis=1), context=context)

        outputs = outputs_of(record(tmp_path, sweep, log))
        assert outputs.usable() == ("agreement",)
        assert said(outputs, "agreement").scores == pytest.approx(
            SCORERS["agreement"].score(on_arrays(sweep))
        )

    def test_a_test_set_stands_in_where_no_other_part_was_recorded_and_keeps_its_labels(
        self, tmp_path, sweep
    ):
        def log(run, s, at, place):
            if place[1] == "test" or place[0] == "en":
                everything(run, s, at, place)

        outputs = outputs_of(record(tmp_path, sweep, log), hint=Hint(5))
        direct = SCORERS["entropy"].score(Outputs(target_probabilities=sweep.probabilities["de", "test"]))
        assert said(outputs, "entropy").scores == pytest.approx(direct)
        assert "labelled" not in outputs.usable()

    def test_another_part_goes_before_the_test_set(self, tmp_path, sweep):
        def log(run, s, at, place):
            if place == ("de", "dev"):
                run.log_predictions(s.probabilities[place][at], context={"lang": "de", "subset": "unlabeled"})
            elif place == ("de", "test"):
                everything(run, s, at, place)
                run.log_predictions(s.probabilities[place][at], context={"lang": "de", "subset": "train"})

        outputs = outputs_of(record(tmp_path, sweep, log))
        assert outputs.recorded("de").context == {"lang": "de", "subset": "unlabeled"}
        assert said(outputs, "entropy").scores == pytest.approx(SCORERS["entropy"].score(on_arrays(sweep)))


class TestLine:
    """Examples in another order, or not the same."""

    def shuffled(self, tmp_path, sweep, keep, ids="words", labels=True):
        rng = np.random.default_rng(1)

        def log(run, s, at, place):
            rows = rng.permutation(keep(at))
            names = [f"x{row}" for row in rows] if ids == "words" else rows
            run.log_predictions(
                s.probabilities[place][at][rows],
                labels=s.labels[place][rows] if labels else None,
                ids=names if ids else None,
                context=dict(zip(("lang", "subset"), place, strict=True)),
            )

        return outputs_of(record(tmp_path, sweep, log))

    @pytest.mark.parametrize("ids", ["words", "numbers"])
    def test_ids_put_them_in_line(self, tmp_path, sweep, ids):
        outputs = self.shuffled(tmp_path, sweep, lambda _: np.arange(N), ids)
        for name in ("agreement", "atc"):
            found = said(outputs, name)
            assert found.scores == pytest.approx(SCORERS[name].score(on_arrays(sweep)))
            assert found.note == ""
        right = sweep.probabilities["de", "test"].argmax(axis=2) == sweep.labels["de", "test"]
        assert outputs.correct("de").sum(axis=1).tolist() == right.sum(axis=1).tolist()

    def test_common_examples_are_what_counts(self, tmp_path, sweep):
        outputs = self.shuffled(tmp_path, sweep, lambda at: np.arange(at, N - at))
        found = said(outputs, "entropy")
        common = Outputs(target_probabilities=sweep.probabilities["de", "dev"][:, 4 : N - 4])
        assert found.scores == pytest.approx(SCORERS["entropy"].score(common))
        assert (
            found.note == "The candidates have 22 examples with lang=de, subset=dev in common, of 22 to 30."
        )

    def test_none_in_common(self, tmp_path, sweep):
        outputs = self.shuffled(tmp_path, sweep, lambda at: np.arange(6 * at, 6 * at + 6))
        with pytest.raises(InputError, match=r"have none in common.*\[no-common-examples\]"):
            said(outputs, "entropy")

    def test_other_sizes_without_ids(self, tmp_path, sweep):
        outputs = self.shuffled(tmp_path, sweep, lambda at: np.arange(N - at % 2), ids=None)
        with pytest.raises(InputError, match=r"are of 29, 30 examples.*ids=….*\[example-count\]"):
            said(outputs, "entropy")

    def test_another_order_without_ids_shows_in_the_labels(self, tmp_path, sweep):
        outputs = self.shuffled(tmp_path, sweep, lambda _: np.arange(N), ids=None)
        with pytest.raises(InputError, match="labels-differ"):
            said(outputs, "atc")
        with pytest.raises(InputError, match="labels-differ"):
            outputs.correct("de")

    def test_some_without_ids_are_left_out(self, tmp_path, sweep):
        def log(run, s, at, place):
            context = dict(zip(("lang", "subset"), place, strict=True))
            run.log_predictions(
                s.probabilities[place][at], ids=None if at == 1 else range(N), context=context
            )

        found = said(outputs_of(record(tmp_path, sweep, log)), "entropy")
        assert np.isnan(found.scores).tolist() == [False, True, False, False, False]
        assert found.note == "1 of 5 candidates have predictions without ids and are left out."

    def test_other_classes(self, tmp_path, sweep):
        def log(run, s, at, place):
            p = s.probabilities[place][at]
            p = np.concatenate([p, np.zeros((N, 1), np.float32)], axis=1) if at == 3 else p
            run.log_predictions(p, context=dict(zip(("lang", "subset"), place, strict=True)))

        with pytest.raises(InputError, match=r"of 3, 4 classes.*\[class-count\]"):
            said(outputs_of(record(tmp_path, sweep, log)), "entropy")

    def test_a_mistake_of_one_scorer_does_not_keep_another_from_it(self, tmp_path, sweep):
        """The labels of the source differ; entropy reads none."""

        def log(run, s, at, place):
            labels = s.labels[place] if at != 3 else s.labels[place][::-1]
            run.log_predictions(
                s.probabilities[place][at], labels=labels,
                context=dict(zip(("lang", "subset"), place, strict=True)),
            )  # fmt: skip

        outputs = outputs_of(record(tmp_path, sweep, log))
        entropy, atc = outputs.rules(["entropy", "atc"])
        evidence = Evidence.of(outputs.scores.dev, "de", "en")
        assert entropy.ask(evidence).scores.shape == (5,)
        with pytest.raises(InputError, match="labels-differ"):
            atc.ask(evidence)


class TestCorrect:
    def test_the_mean_is_the_accuracy_that_was_tracked(self, repo, sweep):
        outputs = outputs_of(repo)
        correct = outputs.correct("de")
        assert correct.shape == (5, N)
        assert correct.mean(axis=1) == pytest.approx(outputs.scores.test.column("de"))
        verdicts = select.rank(
            outputs.scores.dev, "de", source="en", rules=["source-dev", *outputs.rules(["atc"])],
            test=outputs.scores.test.column("de"), examples=correct, resample="both",
        )  # fmt: skip
        assert [verdict.rule.name for verdict in verdicts] == ["source-dev", "atc"]


class TestRepresentations:
    def test_means_by_task(self, repo, sweep):
        found = Representations(outputs_of(repo))
        assert sorted(found) == sorted(LANGUAGES)
        assert found["nl"] == pytest.approx(sweep.features["nl", "dev"].mean(axis=1), abs=1e-6)
        assert "fr" not in found

    def test_the_mean_alone_does_and_rows_may_lack(self, tmp_path, sweep):
        def log(run, s, at, place):
            if place == ("de", "dev") and at != 1:
                run.log_predictions(
                    mean_features=s.features[place][at].mean(axis=0), context={"lang": "de", "subset": "dev"}
                )

        found = Representations(outputs_of(record(tmp_path, sweep, log)))
        assert list(found) == ["de"]
        assert np.isnan(found["de"]).all(axis=1).tolist() == [False, True, False, False, False]
        assert found["de"][0] == pytest.approx(sweep.features["de", "dev"][0].mean(axis=0), abs=1e-6)

    def test_other_dims_are_said(self, tmp_path, sweep):
        def log(run, s, at, place):
            context = dict(zip(("lang", "subset"), place, strict=True))
            run.log_predictions(mean_features=np.ones(3 + at % 2), context=context)

        with pytest.raises(InputError, match=r"have 3, 4 dims.*\[feature-dims\]"):
            Representations(outputs_of(record(tmp_path, sweep, log)))["de"]


class TestCheckpoints:
    def test_each_has_the_predictions_of_its_step(self, tmp_path, sweep):
        with ridgeline.Run("pos", name="c", repo=tmp_path, capture=False) as run:
            for at in range(5):
                for place in sweep.places():
                    context = dict(zip(("lang", "subset"), place, strict=True))
                    run.track(float(sweep.accuracy(place)[at]), name="accuracy", step=at, context=context)
                    if at != 3:
                        run.log_predictions(sweep.probabilities[place][at], context=context, step=at)
        snapshot = ridgeline.Repo(tmp_path).snapshot()
        scores = select.read_scores(snapshot, TARGET, checkpoints=True)
        found = said(TrackedOutputs(snapshot, scores, "de"), "entropy").scores
        direct = SCORERS["entropy"].score(on_arrays(sweep))
        assert found[[0, 1, 2, 4]] == pytest.approx(direct[[0, 1, 2, 4]])
        assert np.isnan(found[3])
        whole = select.read_scores(snapshot, TARGET)
        newest = said(TrackedOutputs(snapshot, whole, "de"), "entropy").scores
        assert newest == pytest.approx(direct[4:])

import numpy as np
import pytest

import ridgeline
from ridgeline import select
from ridgeline.core.errors import InputError, NotFoundError

LANGUAGES = ("en", "de", "fr")


@pytest.fixture
def repo(tmp_path):
    """Three runs; the third was not tested in German."""
    for at, name in enumerate(("a", "b", "c")):
        with ridgeline.Run("pos", name=name, repo=tmp_path, capture=False) as run:
            for subset in ("dev", "test"):
                for lang in LANGUAGES:
                    if (name, lang, subset) == ("c", "de", "test"):
                        continue
                    context = {"lang": lang, "subset": subset}
                    for step, value in enumerate((at, at + 0.5, at + 0.25)):
                        run.track(value + (subset == "test") * 10, name="f1", step=step, context=context)
                        run.track(-value, name="loss", step=step, context=context)
            run.track(0.1, name="f1", context={"lang": "de", "subset": "train"})
    return ridgeline.Repo(tmp_path)


def test_dev_scores_are_those_beside_the_target(repo):
    scores = select.read_scores(repo, "f1{lang=de,subset=test}")
    assert scores.names == ("a", "b", "c")
    assert sorted(scores.dev.tasks) == sorted(LANGUAGES)
    assert scores.test.tasks == ("de",)
    assert scores.dev.column("fr").tolist() == [0.25, 1.25, 2.25]
    assert scores.test.column("de")[:2].tolist() == [10.25, 11.25]
    assert np.isnan(scores.test.column("de")[2])


def test_the_columns_give_the_same_in_a_table_of_runs(repo):
    scores = select.read_scores(repo, "f1{lang=de,subset=test}", reducer="max")
    table = repo.runs(columns=[*scores.dev_columns, *scores.test_columns], order_by="run.created_at")
    for at, column in enumerate(scores.dev_columns):
        assert table.to_numpy(column).tolist() == scores.dev.values[:, at].tolist()
    assert table.to_numpy(scores.test_columns[0])[:2].tolist() == scores.test.values[:2, 0].tolist()


def test_what_the_target_leaves_open_are_several_targets(repo):
    assert sorted(select.read_scores(repo, "f1{subset=test}").test.tasks) == sorted(LANGUAGES)


def test_a_series_counts_as_asked(repo):
    found = {
        reducer: select.read_scores(repo, "f1{lang=de,subset=test}", reducer=reducer).dev.column("fr")[0]
        for reducer in ("last", "best", "min", "max", "first")
    }
    assert found == {"last": 0.25, "best": 0.5, "min": 0, "max": 0.5, "first": 0}


def test_what_is_better_lower_is_negated(repo):
    scores = select.read_scores(repo, "loss{lang=de,subset=test}", reducer="best")
    assert scores.sign == -1
    assert scores.dev.column("fr").tolist() == [0.5, 1.5, 2.5]


def test_candidates_are_what_the_query_says(repo):
    assert select.read_scores(repo, "f1{lang=de,subset=test}", query='run.name != "a"').names == ("b", "c")


def test_dev_scores_can_be_named(repo):
    scores = select.read_scores(repo, "f1{lang=de,subset=test}", dev="f1{lang=fr,subset=dev}")
    assert scores.dev.tasks == ("fr",)


def test_tasks_with_several_keys_have_them_in_their_names(tmp_path):
    with ridgeline.Run("pos", repo=tmp_path, capture=False) as run:
        for domain in ("news", "web"):
            for lang in ("de", "en"):
                for subset in ("val", "test"):
                    run.track(0.5, name="f1", context={"lang": lang, "domain": domain, "subset": subset})
    scores = select.read_scores(ridgeline.Repo(tmp_path), "f1{lang=de,domain=web,subset=test}")
    assert scores.test.tasks == ("domain=web, lang=de",)
    assert "domain=news, lang=en" in scores.dev.tasks


@pytest.mark.parametrize(
    ("target", "slug"),
    [
        ("f1{lang=de,subset=train}", "no-dev-scores"),
        ("f1{lang", "scores-not-found"),
        ("f1{lang=}", "scores-not-found"),
        ('f1{"lang"}', "bad-selector"),
    ],
)
def test_a_target_that_cannot_be_is_said(repo, target, slug):
    with pytest.raises((InputError, NotFoundError)) as caught:
        select.read_scores(repo, target)
    assert caught.value.slug == slug


def test_an_unknown_metric_names_the_nearest(repo):
    with pytest.raises(NotFoundError, match="Did you mean 'loss'"):
        select.read_scores(repo, "los{lang=de,subset=test}")


def test_other_words_for_test_and_dev_do_as_well(tmp_path):
    with ridgeline.Run("pos", repo=tmp_path, capture=False) as run:
        for lang in ("de", "en"):
            for part in ("holdout", "tuning"):
                run.track(0.5, name="f1", context={"lang": lang, "part": part})
    scores = select.read_scores(ridgeline.Repo(tmp_path), "f1{part=holdout}", dev="f1{part=tuning}")
    assert sorted(scores.test.tasks) == sorted(scores.dev.tasks) == ["de", "en"]


def test_goals_do_not_mix(repo):
    with pytest.raises(InputError, match="do not compare"):
        select.read_scores(repo, "f1{lang=de,subset=test}", dev="loss{subset=dev}")


class TestCheckpoints:
    def test_each_step_of_a_dev_series_is_a_candidate(self, repo):
        scores = select.read_scores(repo, "f1{lang=de,subset=test}", checkpoints=True)
        assert scores.names == tuple(f"{name}@{step}" for name in "abc" for step in range(3))
        assert scores.steps.tolist() == [0, 1, 2] * 3
        ids = [run.id for run in repo.runs(order_by="run.created_at")]
        assert scores.dev.candidates == tuple(f"{one}@{step}" for one in ids for step in range(3))
        assert scores.dev.column("fr").tolist() == [0, 0.5, 0.25, 1, 1.5, 1.25, 2, 2.5, 2.25]
        assert scores.test.column("de")[:6].tolist() == [10, 10.5, 10.25, 11, 11.5, 11.25]
        assert np.isnan(scores.test.column("de")[6:]).all()

    def test_the_test_score_is_that_at_the_same_step(self, tmp_path):
        """Of two values at one step the newer counts; where a task lacks a step there is NaN."""
        with ridgeline.Run("pos", name="a", repo=tmp_path, capture=False) as run:
            for step, value in ((10, 0.1), (5, 0.2), (10, 0.3)):
                run.track(value, name="f1", step=step, context={"lang": "en", "subset": "dev"})
            run.track(0.4, name="f1", step=7, context={"lang": "de", "subset": "dev"})
            for step in (3, 7, 10, 12):
                run.track(step / 100, name="f1", step=step, context={"lang": "de", "subset": "test"})
        scores = select.read_scores(ridgeline.Repo(tmp_path), "f1{lang=de,subset=test}", checkpoints=True)
        assert scores.names == ("a@5", "a@7", "a@10")
        assert np.array_equal(scores.dev.column("en"), [0.2, np.nan, 0.3], equal_nan=True)
        assert np.array_equal(scores.dev.column("de"), [np.nan, 0.4, np.nan], equal_nan=True)
        assert np.array_equal(scores.test.column("de"), [np.nan, 0.07, 0.1], equal_nan=True)

    def test_lower_is_better_here_too(self, repo):
        scores = select.read_scores(repo, "loss{lang=de,subset=test}", checkpoints=True)
        assert scores.dev.column("fr")[:3].tolist() == [0, 0.5, 0.25]

    def test_they_have_no_best_of_several_values(self, repo):
        with pytest.raises(InputError, match="checkpoints-value"):
            select.read_scores(repo, "f1{lang=de,subset=test}", checkpoints=True, reducer="best")

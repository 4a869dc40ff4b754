"""Language vectors: those that ship, those that are learned, and the nearest language."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from ridgeline.core.errors import InputError, NotFoundError
from ridgeline.demo.task import load_task
from ridgeline.select.lms.languages import (
    LanguageVectors,
    learn_language_vectors,
    shipped_vectors,
    vectors_for,
)
from ridgeline.select.lms.prepare import language_inputs, standardised

SCRIPT = Path(__file__).resolve().parents[3] / "scripts" / "make_language_vectors.py"


def features(means, texts=200, seed=0):
    rng = np.random.default_rng(seed)
    return {name: mean + 0.1 * rng.normal(size=(texts, len(mean))) for name, mean in means.items()}


def test_those_that_ship_are_what_the_script_makes():
    spec = importlib.util.spec_from_file_location("make_language_vectors", SCRIPT)
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    made = [line.split(",") for line in script.text().splitlines()]
    shipped = shipped_vectors()
    assert tuple(row[0] for row in made) == shipped.tasks == load_task().languages
    values = np.array([row[1:] for row in made], dtype=float)
    np.testing.assert_allclose(values, shipped.values, atol=0.11)  # the last digit is rounded


def test_related_languages_are_near_in_those_that_ship():
    shipped = shipped_vectors()
    nearest = {
        task: shipped.nearest(task, [other for other in shipped.tasks if other != task])
        for task in shipped.tasks
    }
    assert (nearest["es"], nearest["ja"], nearest["zh"]) == ("pt", "zh", "ja")
    assert (nearest["fi"], nearest["sv"]) == ("sv", "fi")  # the encoder knows neither


def test_learned_vectors_keep_the_angles_of_the_centred_means():
    means = {"a": np.array([1.0, 0, 5]), "b": np.array([0.9, 0.1, 5]), "c": np.array([0, 1.0, 5])}
    given = features(means)
    learned = learn_language_vectors(given)
    centred = np.stack([values.mean(axis=0) for values in given.values()])
    centred -= centred.mean(axis=0)
    np.testing.assert_allclose(learned.values @ learned.values.T, centred @ centred.T, atol=1e-12)
    assert learned.values.shape == (3, 2)
    assert learned.nearest("a", ["c", "b"]) == "b"
    assert learn_language_vectors(given, dims=1).values.shape == (3, 1)


def test_the_first_of_those_equally_near_is_taken():
    vectors = LanguageVectors(("a", "b", "c", "d"), np.array([[1.0, 0], [2, 0], [3, 0], [0, 0]]))
    assert vectors.nearest("a", ["b", "c"]) == "b"
    assert vectors.nearest("a", ["d", "c"]) == "c"


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"a": np.ones((3, 2))},
        {"a": np.ones((3, 2)), "b": np.ones((3, 4))},
        {"a": np.ones((3, 2)), "b": np.ones((0, 2))},
        {"a": np.ones((3, 2)), "b": np.ones(2)},
        {"a": np.ones((3, 2)), "b": np.full((3, 2), np.nan)},
        {"a": np.ones((3, 2)), "b": np.ones((4, 2))},  # the same means
    ],
    ids=["none", "one", "widths", "no-text", "flat", "nan", "same"],
)
def test_features_that_tell_nothing_are_refused(given):
    with pytest.raises(InputError) as caught:
        learn_language_vectors(given)
    assert caught.value.slug == "language-features"


def test_a_language_without_a_vector_is_named():
    with pytest.raises(NotFoundError, match="of 'xx', only of en, de") as caught:
        shipped_vectors().of(["de", "xx"])
    assert caught.value.slug == "language-not-found"


def test_where_none_ship_they_are_learned_from_the_candidates():
    rng = np.random.default_rng(0)
    seen = {task: rng.normal(size=(5, 4)) + 3 * at for at, task in enumerate(("de", "news", "code"))}
    seen["news"][2] = np.nan
    found = vectors_for(["de", "news", "code"], seen)
    whole = {task: values[[0, 1, 3, 4]] for task, values in seen.items()}
    np.testing.assert_allclose(found.values, learn_language_vectors(whole).values)
    assert vectors_for(["de", "nl"], seen) is shipped_vectors()


@pytest.mark.parametrize(
    "seen", [None, {"de": np.ones((2, 2))}, {"de": np.ones((2, 2)), "xx": np.full((2, 2), np.nan)}]
)
def test_where_none_can_be_learned_that_is_said(seen):
    with pytest.raises(InputError, match="no language vectors of xx") as caught:
        vectors_for(["de", "xx"], seen)
    assert caught.value.slug == "no-representations"


def test_what_networks_see_is_centred_a_task_and_of_unit_size():
    rng = np.random.default_rng(0)
    values = rng.normal(size=(4, 30, 6)) * [1, 10, 100, 1, 1, 0] + rng.normal(size=(4, 1, 6))
    values[1, 2, 3] = np.nan
    seen = standardised(values, dims=4)
    assert seen.shape == (4, 30, 4)
    assert seen.dtype == np.float32
    assert (seen[1, 2] == 0).all()
    np.testing.assert_allclose(seen.mean(axis=1), 0, atol=1e-6)
    assert (seen**2).mean() == pytest.approx(1, abs=1e-5)
    languages = language_inputs(shipped_vectors(), ["en", "fi", "hi"])
    assert languages.shape == (3, 2)
    assert (languages**2).mean() == pytest.approx(1, abs=1e-5)

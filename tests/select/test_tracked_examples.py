"""What runs recorded of the same examples is read in line."""

import numpy as np
import pytest

import ridgeline
from ridgeline.core.errors import InputError, NotFoundError
from ridgeline.select.tracked_examples import read_examples

DEV = {"lang": "de", "subset": "dev"}


@pytest.fixture(scope="module")
def repo(tmp_path_factory):
    """Three runs in one context: the second has its examples in another order, the third neither labels nor ids."""
    folder = tmp_path_factory.mktemp("examples")
    p = np.array([[0.9, 0.1], [0.2, 0.8], [0.6, 0.4]])
    for at, order in enumerate(([0, 1, 2], [2, 0, 1])):
        with ridgeline.Run("e", name=f"run-{at}", run_id=f"id{at}", repo=folder, capture=False) as run:
            run.log_predictions(
                p[order] if at else p,
                labels=np.array([0, 1, 1])[order],
                ids=np.array([5, 6, 7])[order],
                context=DEV,
            )
    with ridgeline.Run("e", name="run-0", run_id="id2", repo=folder, capture=False) as run:
        run.log_predictions(predictions=[0, 1, 1], context=DEV)
        run.log_predictions(features=[[1.0], [2.0]], context={"lang": "fr"})
    with ridgeline.Repo(folder) as opened:
        yield opened


def test_examples_come_in_one_order_and_what_cannot_be_put_in_line_is_said(repo):
    found = read_examples(repo, "lang=de,subset=dev")
    assert found.run_ids == ("id0", "id1")
    assert "without ids" in found.note
    first, second = found.each()
    assert (first.probabilities == second.probabilities).all()
    assert found.labels().tolist() == [0, 1, 1]
    assert found.read(1).ids.tolist() == [5, 6, 7]


def test_runs_that_lack_what_is_needed_are_left_out(repo):
    found = read_examples(repo, "predictions{subset=dev}", holds="probabilities")
    assert found.run_ids == ("id0", "id1")
    assert "1 of 3 runs lack what is needed." in found.note
    alone = read_examples(repo, "subset=dev", query='run.id == "id2"')
    assert alone.run_ids == ("id2",)
    with pytest.raises(InputError, match="labels"):
        alone.labels()


def test_a_run_is_found_by_its_name_or_id(repo):
    found = read_examples(repo, "subset=dev", holds="probabilities")
    assert found.find("run-1") == found.find("id1") == 1
    for asked in ("id", "run-9"):
        with pytest.raises(NotFoundError):
            found.find(asked)


@pytest.mark.parametrize(
    ("context", "options", "error", "slug"),
    [
        ("", {}, InputError, "predictions-contexts"),
        ("lang=nl", {}, NotFoundError, "predictions-not-found"),
        ("lang=fr", {}, NotFoundError, "outputs-missing"),
        ("subset=dev", {"holds": "features"}, NotFoundError, "outputs-missing"),
    ],
)
def test_wrong_questions_say_what_is_the_case(repo, context, options, error, slug):
    with pytest.raises(error) as raised:
        read_examples(repo, context, **options)
    assert raised.value.slug == slug

"""A few candidates end to end: trained in processes, recorded, judged, and found again by a second start."""

import json
import sys

import numpy as np
import pytest

from ridgeline import Repo
from ridgeline.cli.demo import command
from ridgeline.core.errors import InputError
from ridgeline.core.safetensors import decode_safetensors
from ridgeline.demo.model import Recipe, forward, initial_weights
from ridgeline.demo.story import save_story, story_views
from ridgeline.demo.sweep import EXPERIMENT, missing_recipes, recipes, train_all
from ridgeline.demo.task import load_task
from ridgeline.demo.verdict import judge, read_scores
from ridgeline.query.views import saved_views

N_RUNS = 4
# The demo merges the best of them, too.
SINGLE = f'run.experiment == "{EXPERIMENT}"'


@pytest.fixture(scope="module")
def repo(tmp_path_factory):
    root = tmp_path_factory.mktemp("demo") / ".ridgeline"
    done = []
    train_all(root, missing_recipes(root, N_RUNS), 2, lambda: done.append(1))
    assert len(done) == N_RUNS
    return Repo(root)


def test_what_waits_is_not_trained_after_an_interruption(tmp_path):
    quick = [(i, Recipe(1e-3, 1, 0.0, "feature extraction", i)) for i in range(12)]

    def interrupt() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train_all(tmp_path, quick, 1, interrupt)
    with Repo(tmp_path) as repo:
        assert 1 <= len(repo.runs()) < 6  # one is done, one in training, some handed to the process already


def test_the_grid_has_240_different_candidates():
    assert len(set(recipes())) == 240


def test_every_candidate_is_recorded_whole(repo):
    runs = repo.runs(SINGLE, order_by="run.name")
    assert [run.name for run in runs] == [f"run-{i + 1:03d}" for i in range(N_RUNS)]
    for run, recipe in zip(runs, recipes(), strict=False):
        assert (run.status, run.experiment, run["hparams.lr"]) == ("finished", EXPERIMENT, recipe.lr)
        numbers = [metric for metric in run.metrics if not metric.name.startswith("system.")]
        assert len(numbers) == 2 + 2 * 18 * 2
        assert {metric.n for metric in numbers} == {recipe.epochs}
        assert run.recording_warnings == {}


def test_a_candidate_carries_the_command_that_was_typed_not_that_of_its_worker(repo):
    assert {tuple(run.env["command"]) for run in repo.runs(SINGLE)} == {tuple(sys.argv)}


def test_without_serving_the_views_are_saved_and_their_links_shown(repo, capsys):
    command(runs=N_RUNS, jobs=1, repo=repo.root, no_serve=True)
    said = capsys.readouterr().out
    for view in saved_views(repo.layout):
        assert f"  {view.url}\n" in said
    assert len(saved_views(repo.layout)) == len(story_views(repo)) >= 4
    assert f"ridgeline up --repo {repo.root}" in said


def test_the_weights_are_a_safetensors_file(repo):
    (artifact,) = repo.runs(SINGLE)[0].artifacts.values()
    data = (repo.layout.blobs / artifact.blob[:2] / artifact.blob).read_bytes()
    size = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + size])
    assert size % 8 == 0
    assert set(header) == {"__metadata__", *initial_weights(128, 8)}
    for name, weight in initial_weights(128, 8).items():
        start, end = header[name]["data_offsets"]
        assert header[name]["shape"] == list(weight.shape)
        assert np.isfinite(np.frombuffer(data[8 + size + start : 8 + size + end], "<f4")).all()


def test_the_predictions_at_the_end_are_those_of_the_weights(repo):
    task = load_task()
    for run in repo.runs(SINGLE):
        (artifact,) = run.artifacts.values()
        data = (repo.layout.blobs / artifact.blob[:2] / artifact.blob).read_bytes()
        weights = {
            name: np.frombuffer(one.data, "<f4").reshape(one.shape)
            for name, one in decode_safetensors(data)[0].items()
        }
        hidden, logits = forward(weights, task.eval_x.reshape(18, 744, -1)[task.languages.index("sv")])
        dev = run.predictions({"lang": "sv", "subset": "dev"})
        test = run.predictions({"lang": "sv", "subset": "test"})
        assert dev.probabilities.dtype == np.float16
        assert np.abs(dev.probabilities.sum(axis=1, dtype=np.float64) - 1).max() < 1e-3
        assert dev.mean() == pytest.approx(hidden[:250].mean(axis=0), abs=1e-5)
        assert (
            test.classes() == logits[250:].argmax(axis=1)
        ).mean() > 0.995  # sums in another order may tip a tie
        accuracy = run.points("accuracy", {"lang": "sv", "subset": "test"}).to_pandas()["value"].iloc[-1]
        assert (test.classes() == test.labels).mean() == pytest.approx(accuracy)
        assert {item.entry.step for item in run.objects("predictions")} == {dev_step(run)}


def dev_step(run):
    return run.points("accuracy", {"lang": "sv", "subset": "dev"}).to_pandas()["step"].max()


def test_a_second_start_trains_nothing_again(repo):
    assert missing_recipes(repo.root, N_RUNS) == []
    assert [number for number, _ in missing_recipes(repo.root, N_RUNS + 2)] == [4, 5]


@pytest.mark.parametrize("n_runs", [0, 241])
def test_more_candidates_than_there_are(tmp_path, n_runs):
    with pytest.raises(InputError, match="demo-runs"):
        missing_recipes(tmp_path, n_runs)


def test_the_verdict_is_what_the_points_say(repo):
    points = repo.metrics(f'{SINGLE} and metric.name == "accuracy"').to_pandas()
    last = points.sort_values("step").groupby(["run", "context"])["value"].last()
    names = {run.id: run.name for run in repo.runs(SINGLE)}
    dev, test = read_scores(repo, "dev"), read_scores(repo, "test")
    assert dev.candidates == test.candidates == tuple(sorted(names.values()))
    for (run_id, context), value in last.items():
        where = json.loads(context)
        scores = {"dev": dev, "test": test}[where["subset"]]
        assert scores.column(where["lang"])[scores.candidates.index(names[run_id])] == value
    verdict = judge(repo)
    assert [target.language for target in verdict.targets] == sorted(set(dev.tasks) - {"en"})
    german = next(target for target in verdict.targets if target.language == "de")
    chosen = np.flatnonzero(dev.column("en") == dev.column("en").max())
    assert german.by_source.target == pytest.approx(test.column("de")[chosen].mean())
    assert german.by_source.regret == pytest.approx(test.column("de").max() - german.by_source.target)


def test_the_story_is_saved_once(repo):
    first = save_story(repo)
    assert save_story(repo) == first
    saved = saved_views(repo.layout)
    assert [view.name for view in saved] == [view.name for view in first]
    assert all(view.url.startswith((f"/{view.page}?q=run.", "/select?target=f1")) for view in saved)

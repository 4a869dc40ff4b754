import numpy as np
import pytest
from needed import need

need("sklearn")

from sklearn.ensemble import GradientBoostingClassifier
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

from ridgeline import Repo
from ridgeline.integrations.sklearn import RidgelineRecorder
from ridgeline.testing.integration_suite import IntegrationSuite, TrainingFailed

RNG = np.random.default_rng(0)
X = RNG.normal(size=(60, 4))
Y = (X[:, 0] > 0).astype(int)


class FailingMlp(MLPClassifier):
    def _update_no_improvement_count(self, *args, **kwargs):
        raise TrainingFailed


class TestSklearn(IntegrationSuite):
    module = "ridgeline.integrations.sklearn"
    framework = "sklearn"
    context = {"subset": "train"}
    params = {"model.class": "MLPClassifier", "model.hidden_layer_sizes": [4]}

    def train(self, run, repo, *, failing):
        kind = FailingMlp if failing else MLPClassifier
        model = kind(hidden_layer_sizes=(4,), max_iter=3, random_state=0)
        with RidgelineRecorder(run) if run else RidgelineRecorder(repo=repo, capture=False) as recorder:
            recorder.fit(model, X, Y)


@pytest.fixture
def recorder(tmp_path):
    return RidgelineRecorder(repo=tmp_path, capture=False)


def only_run(repo):
    (view,) = Repo(repo).runs()
    return view


def values(view):
    return {(metric.name, metric.context.get("subset")): metric.last for metric in view.metrics}


def test_without_a_block_a_fit_and_its_scores_are_one_run(recorder, tmp_path):
    model = recorder.fit(LogisticRegression(C=0.5), X, Y)
    scores = recorder.score(model, X, Y, subset="dev")
    view = only_run(tmp_path)
    assert view.status == "finished"
    assert view["model.C"] == 0.5
    assert values(view)["accuracy", "dev"] == model.score(X, Y) == scores["accuracy"]
    assert {"accuracy", "f1", "precision", "recall", "log_loss"} == set(scores)


def test_a_failing_fit_keeps_its_traceback(recorder, tmp_path):
    with pytest.raises(ValueError, match="could not convert"):
        recorder.fit(LogisticRegression(), [["a"]], [1])
    view = only_run(tmp_path)
    assert view.status == "failed"
    assert "could not convert" in view.error


def test_the_params_of_a_pipeline_stand_below_its_steps(recorder, tmp_path):
    pipeline = Pipeline([("scale", StandardScaler()), ("clf", LogisticRegression(C=2.0))])
    recorder.fit(pipeline, X, Y)
    view = only_run(tmp_path)
    assert view["model.clf.C"] == 2.0
    assert view["model.scale.class"] == "StandardScaler"


def test_the_candidates_of_a_search_are_steps_and_rows(recorder, tmp_path):
    search = recorder.fit(GridSearchCV(LogisticRegression(), {"C": [0.1, 1.0, 10.0]}, cv=2), X, Y)
    view = only_run(tmp_path)
    points = view.points("score", {"subset": "cv"}).to_pandas()
    assert points["value"].tolist() == search.cv_results_["mean_test_score"].tolist()
    assert view["best.params.C"] == search.best_params_["C"]
    (table,) = view.objects("candidates")
    assert '"param_C"' in table.read().decode()


def test_boosting_has_a_curve_and_a_regressor_its_figures(recorder, tmp_path):
    recorder.fit(GradientBoostingClassifier(n_estimators=5), X, Y)
    scores = recorder.score(LinearRegression().fit(X, X[:, 1]), X, X[:, 1])
    assert len(only_run(tmp_path).points("score", {"subset": "train"})) == 5
    assert scores["r2"] == pytest.approx(1.0)

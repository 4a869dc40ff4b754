from needed import need

need("torch", "fastai")

import torch
from fastai.basics import CrossEntropyLossFlat, DataLoader, DataLoaders, Learner, accuracy
from fastai.callback.core import Callback
from fastai.callback.schedule import lr_find  # noqa: F401 - adds the method to Learner

from ridgeline import Repo
from ridgeline.integrations.fastai import RidgelineCallback
from ridgeline.testing.integration_suite import IntegrationSuite, TrainingFailed


class Failing(Callback):
    def before_epoch(self):
        if self.epoch == 1:
            raise TrainingFailed("as asked")


def learner(*callbacks):
    torch.manual_seed(0)
    rows = [(torch.randn(4), torch.tensor(number % 2)) for number in range(16)]
    data = DataLoaders(DataLoader(rows, bs=4), DataLoader(rows, bs=4))
    return Learner(
        data, torch.nn.Linear(4, 2), loss_func=CrossEntropyLossFlat(), metrics=accuracy, cbs=list(callbacks)
    )


class TestFastai(IntegrationSuite):
    module = "ridgeline.integrations.fastai"
    framework = "fastai"
    context = {"subset": "train"}
    params = {"hparams.epochs": 3, "hparams.batch_size": 4, "model.n_params": 10}

    def train(self, run, repo, *, failing):
        ours = RidgelineCallback(run) if run else RidgelineCallback(repo=repo, capture=False)
        trained = learner(ours, *([Failing()] if failing else []))
        with trained.no_bar(), trained.no_logging():
            trained.fit(3, 0.1)


def test_metrics_of_the_validation_have_their_subset_and_a_search_records_nothing(tmp_path):
    ours = RidgelineCallback(repo=tmp_path, capture=False)
    trained = learner(ours)
    with trained.no_bar(), trained.no_logging():
        trained.lr_find(show_plot=False, num_it=5)
        assert list(tmp_path.glob(".ridgeline")) == []
        trained.fit(2, 0.1)
    (view,) = Repo(tmp_path).runs()
    found = view.points("accuracy", {"subset": "valid"}).to_pandas()
    assert (found["step"].tolist(), found["epoch"].tolist()) == ([4, 8], [1, 2])
    assert len(view.points("loss", {"subset": "train"})) == 8
    assert view.points("lr").to_pandas()["value"].tolist() == [0.1] * 8

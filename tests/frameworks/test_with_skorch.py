import numpy as np
from needed import need

need("torch", "skorch")

import torch
from skorch import NeuralNetClassifier
from skorch.callbacks import Callback

from ridgeline.integrations.skorch import RidgelineCallback
from ridgeline.testing.integration_suite import IntegrationSuite, TrainingFailed

X = np.random.default_rng(0).normal(size=(40, 4)).astype(np.float32)
Y = (X[:, 0] > 0).astype(np.int64)


class Failing(Callback):
    def on_epoch_begin(self, net, **kwargs):
        if len(net.history) == 2:
            raise TrainingFailed


class TestSkorch(IntegrationSuite):
    module = "ridgeline.integrations.skorch"
    framework = "skorch"
    context = {"subset": "valid"}
    params = {"hparams.lr": 0.1, "hparams.max_epochs": 3, "model.n_params": 10}

    def train(self, run, repo, *, failing):
        ours = RidgelineCallback(run) if run else RidgelineCallback(repo=repo, capture=False)
        net = NeuralNetClassifier(
            torch.nn.Linear(4, 2),
            criterion=torch.nn.CrossEntropyLoss,
            max_epochs=3,
            lr=0.1,
            verbose=0,
            callbacks=[ours, *([Failing()] if failing else [])],
        )
        net.fit(X, Y)

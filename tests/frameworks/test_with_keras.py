import os

from needed import need

os.environ.setdefault("KERAS_BACKEND", "torch")
need("keras")

import subprocess
import sys

import keras
import numpy as np

from ridgeline import Repo
from ridgeline.integrations.keras import RidgelineCallback
from ridgeline.testing.integration_suite import IntegrationSuite, TrainingFailed

X = np.random.default_rng(0).normal(size=(32, 4))
Y = (X[:, 0] > 0).astype(int)


class Failing(keras.callbacks.Callback):
    def on_epoch_begin(self, epoch, logs=None):
        if epoch == 1:
            raise TrainingFailed


def tiny_model():
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1, activation="sigmoid")])
    model.compile(optimizer=keras.optimizers.Adam(0.01), loss="binary_crossentropy", metrics=["accuracy"])
    return model


class TestKeras(IntegrationSuite):
    module = "ridgeline.integrations.keras"
    framework = "keras"
    context = {"subset": "val"}
    params = {
        "hparams.epochs": 3,
        "hparams.optimizer.class": "Adam",
        "model.n_params": 5,
        "model.layers": ["Dense"],
    }

    def train(self, run, repo, *, failing):
        callback = RidgelineCallback(run) if run else RidgelineCallback(repo=repo, capture=False)
        tiny_model().fit(
            X,
            Y,
            validation_split=0.25,
            epochs=3,
            batch_size=8,
            verbose=0,
            callbacks=[callback, *([Failing()] if failing else [])],
        )


def test_steps_are_batches_and_an_evaluation_joins_the_run(tmp_path):
    callback = RidgelineCallback(repo=tmp_path, capture=False)
    model = tiny_model()
    model.fit(X, Y, epochs=2, batch_size=8, verbose=0, callbacks=[callback])
    model.evaluate(X, Y, verbose=0, callbacks=[callback])
    (view,) = Repo(tmp_path).runs()
    points = view.points("accuracy", {"subset": "train"}).to_pandas()
    assert (points["step"].tolist(), points["epoch"].tolist()) == ([4, 8], [1, 2])
    assert view.points("loss", {"subset": "test"}).to_pandas()["step"].tolist() == [8]
    assert view.status == "finished"


def test_on_tensorflow(tmp_path):
    need("tensorflow")
    code = (
        "import numpy as np, keras; from ridgeline.integrations.keras import RidgelineCallback\n"
        "model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)]); model.compile('sgd', 'mse')\n"
        f"callback = RidgelineCallback(repo={str(tmp_path)!r}, capture=False)\n"
        "model.fit(np.ones((8, 2)), np.ones(8), epochs=2, batch_size=4, verbose=0, callbacks=[callback])\n"
    )
    subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, "KERAS_BACKEND": "tensorflow"}, check=True
    )
    (view,) = Repo(tmp_path).runs()
    assert (view.status, view["hparams.backend"]) == ("finished", "tensorflow")
    assert len(view.points("loss", {"subset": "train"})) == 2

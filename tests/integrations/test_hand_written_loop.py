"""The conformance suite, on the shortest integration there is: a loop that tells a callback."""

from ridgeline.integrations.session import Integration
from ridgeline.testing.integration_suite import IntegrationSuite, TrainingFailed


class Callback(Integration):
    def on_begin(self, lr):
        self.session.begin()
        self.session.set("hparams", {"lr": lr, "loss": abs})

    def on_step(self, step, logs):
        self.session.track(logs, step=step, context={"subset": "train"})

    def on_end(self):
        self.session.end()


def loop(callback, *, failing):
    callback.on_begin(0.1)
    for step in range(3):
        if failing and step == 1:
            raise TrainingFailed
        callback.on_step(step, {"loss": 1 / (step + 1), "phase": "warm-up", "best": None})
    callback.on_end()


class TestCallback(IntegrationSuite):
    module = "ridgeline.integrations.session"
    context = {"subset": "train"}
    params = {"hparams.lr": 0.1, "hparams.loss": "builtins.abs"}

    def train(self, run, repo, *, failing):
        callback = Callback(run) if run else Callback(repo=repo, capture=False)
        loop(callback, failing=failing)


class TestCallbackInAWithBlock(TestCallback):
    def train(self, run, repo, *, failing):
        with Callback(run) if run else Callback(repo=repo, capture=False) as callback:
            loop(callback, failing=failing)

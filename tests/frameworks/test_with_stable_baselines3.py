from needed import need

need("torch", "stable_baselines3", "gymnasium")

import gymnasium
from stable_baselines3 import PPO
from stable_baselines3.common.callbacks import BaseCallback

from ridgeline.integrations.stable_baselines3 import RidgelineCallback
from ridgeline.testing.integration_suite import IntegrationSuite, TrainingFailed


class Failing(BaseCallback):
    def _on_step(self):
        if self.num_timesteps >= 48:
            raise TrainingFailed
        return True


class TestStableBaselines3(IntegrationSuite):
    module = "ridgeline.integrations.stable_baselines3"
    framework = "stable_baselines3"
    metric, context = "loss", {"group": "train"}
    params = {
        "hparams.gamma": 0.9,
        "hparams.n_steps": 16,
        "model.class": "PPO",
        "model.policy": "ActorCriticPolicy",
    }

    def train(self, run, repo, *, failing):
        ours = RidgelineCallback(run) if run else RidgelineCallback(repo=repo, capture=False)
        model = PPO(
            "MlpPolicy",
            gymnasium.make("CartPole-v1"),
            n_steps=16,
            batch_size=8,
            n_epochs=1,
            gamma=0.9,
            seed=0,
            device="cpu",
        )
        model.learn(64, log_interval=1, callback=[ours, *([Failing()] if failing else [])])

"""Other trackers' interfaces, recorded into Ridgeline, for scripts that cannot change: wandb, tensorboard, aim."""

"""A training script as people write them for W&B, with only its import changed."""

import random
from pathlib import Path

from ridgeline.compat import wandb

wandb.login()

config = {"learning_rate": 0.02, "architecture": "CNN", "epochs": 5}
run = wandb.init(project="quickstart", config=config, tags=["baseline"], notes="first try")

wandb.define_metric("val/*", step_metric="seen")
offset = random.Random(0).random() / 5
for epoch in range(wandb.config.epochs):
    acc = 1 - 2.0**-epoch - offset / (epoch + 1)
    loss = 2.0**-epoch + offset / (epoch + 1)
    wandb.log({"acc": acc, "loss": loss, "epoch": epoch})
    wandb.log({"val": {"f1": acc / 2}, "val/acc": acc, "seen": (epoch + 1) * 100})

table = wandb.Table(columns=["word", "score"])
table.add_data("cat", 0.9)
table.add_data("dog", 0.8)
wandb.log({"predictions": table, "note": wandb.Html("<b>done</b>"), "weights": wandb.Histogram([1, 2, 2, 3])})

wandb.summary["best_acc"] = acc
assert wandb.run.summary["acc"] == acc
assert wandb.run is run

Path("model.txt").write_text("weights")
artifact = wandb.Artifact("model", type="model", metadata={"framework": "none"})
artifact.add_file("model.txt")
run.log_artifact(artifact)
wandb.finish()

with wandb.init(project="quickstart", job_type="use", config={"learning_rate": 0.1}) as second:
    folder = second.use_artifact("model:latest").download()
    assert Path(folder, "model.txt").read_text() == "weights"
    for step in range(3):
        second.log({"loss": 1.0 / (step + 1)}, step=step * 10)

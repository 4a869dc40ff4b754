"""Make offline runs by W&B itself: make_wandb.py FOLDER. Run by a Python that has wandb, NumPy and Pillow."""

import os
import sys
import wave
from pathlib import Path

os.environ |= {"WANDB_MODE": "offline", "WANDB_DIR": sys.argv[1], "WANDB_SILENT": "true"}

import numpy as np
import wandb

picture = np.zeros((8, 12, 3), np.uint8)
picture[:, :6, 0] = 255

for number in range(2):
    with wandb.init(
        project="pos",
        name=f"Größe {number}",
        group="sweep",
        job_type="train",
        tags=["lab", f"n{number}"],
        notes="A *note*.",
        id=f"run{number}",
        config={
            "lr": 3e-5 * (number + 1),
            "optim": {"name": "adam", "betas": [0.9, 0.99]},
            "flag": True,
            "nothing": None,
        },
    ) as run:
        run.define_metric("eval/*", step_metric="epoch")
        for step in range(20):
            run.log(
                {
                    "loss": float("nan") if step == 3 else 2.0 / (step + 1),
                    "eval": {"f1": {"fr": 0.1 * step}},
                    "epoch": step / 5,
                }
            )
        run.log({"big": float("inf"), "note": "a text", "on": True})
        run.log(
            {
                "examples": wandb.Image(picture, caption="half red"),
                "weights": wandb.Histogram(np.arange(100.0), num_bins=8),
            }
        )
        run.log({"several": [wandb.Image(picture, caption="a"), wandb.Image(255 - picture, caption="b")]})
        run.log({"table": wandb.Table(columns=["word", "score"], data=[["le", 0.5], ["la", None]])})
        wave_path = Path(sys.argv[1]) / "tone.wav"
        with wave.open(str(wave_path), "wb") as sound:
            sound.setnchannels(1)
            sound.setsampwidth(2)
            sound.setframerate(8000)
            sound.writeframes(b"\0\1" * 50)
        run.log({"sound": wandb.Audio(str(wave_path), caption="beep"), "page": wandb.Html("<b>hi</b>")})
        run.log({"late": 1.0}, step=40)
        run.config.update({"added": "later"}, allow_val_change=True)
        run.summary["best"] = 0.25
        print("printed line", number)
        print("to stderr", file=sys.stderr)

crashing = wandb.init(project="pos", name="crashed", id="run2", config={"lr": 1.0})
crashing.log({"loss": 1.0})
crashing.finish(exit_code=1)

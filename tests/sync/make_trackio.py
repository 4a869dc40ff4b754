"""Make a store by Trackio itself: make_trackio.py FOLDER. Run by a Python that has trackio, NumPy and Pillow."""

import os
import sys

os.environ["TRACKIO_DIR"] = sys.argv[1]

import numpy as np
import trackio

picture = np.zeros((8, 12, 3), np.uint8)
for number in range(2):
    trackio.init(
        project="pos",
        name=f"Größe {number}",
        group="sweep",
        config={"lr": 3e-5 * (number + 1), "optim": {"name": "adam", "betas": [0.9, 0.99]}, "flag": True},
    )
    for step in range(20):
        trackio.log(
            {
                "loss": float("nan") if step == 3 else 2.0 / (step + 1),
                "eval/f1": 0.5 * step,
                "epoch": step / 5,
            }
        )
    trackio.log({"big": float("inf"), "note": "a text"})
    trackio.log({"examples": trackio.Image(picture, caption="black")})
    trackio.log(
        {
            "table": trackio.Table(
                dataframe=__import__("pandas").DataFrame({"word": ["le", "la"], "score": [0.5, None]})
            )
        }
    )
    trackio.finish()

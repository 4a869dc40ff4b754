"""Make a repository by Aim itself: make_aim.py FOLDER. Run by a Python that has aim, NumPy, Pillow and plotly."""

import sys

import numpy as np
import plotly.graph_objects as go
from aim import Audio, Distribution, Figure, Image, Run, Text

for number in range(2):
    run = Run(
        repo=sys.argv[1], experiment="pos", system_tracking_interval=None, capture_terminal_logs=number == 0
    )
    run.name = f"Größe {number}"
    run.description = "A *note*."
    run.add_tag("lab")
    run.add_tag(f"n{number}")
    run["hparams"] = {
        "lr": 3e-5 * (number + 1),
        "layers": [1, 2],
        "flag": True,
        "nothing": None,
        "optim": {"name": "adam"},
    }
    run["version"] = "01"
    run.set_artifacts_uri("file:///tmp/nowhere")
    for step in range(20):
        run.track(
            float("nan") if step == 3 else 2.0 / (step + 1),
            name="loss",
            step=step * 10,
            epoch=step,
            context={"subset": "train"},
        )
        run.track(0.5 * step, name="f1", step=step, context={"subset": "val", "lang": "de"})
        run.track(step, name="count")
    picture = np.zeros((8, 12, 3), np.uint8)
    run.track(Image(picture, caption="black"), name="shown", step=2, context={"subset": "val"})
    run.track([Image(picture, caption="a"), Image(255 - picture, caption="b")], name="several", step=3)
    run.track(Text("hello *x*"), name="said", step=2, epoch=1)
    run.track(Distribution(np.arange(100.0), bin_count=8), name="weights", step=2)
    run.track(Figure(go.Figure(go.Scatter(y=[1, 2]))), name="drawn", step=2)
    run.track(
        Audio((np.zeros(100)).astype(np.int16), format="wav", rate=8000, caption="beep"), name="heard", step=2
    )
    if number == 0:
        print("printed line")
        run.log_info("a message", part="x")
    else:
        run.archived = True
    run.close()

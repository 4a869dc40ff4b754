import json

import numpy as np
import pytest

from ridgeline.record.objects import Audio, Distribution, Image, Table, Text
from ridgeline.record.run import Run
from ridgeline.sync.export.held import held_run


@pytest.fixture
def recorded(repo):
    """The runs of a repository as exports take them: with every kind of metric, context, object and ending."""
    for number in range(2):
        run = Run(
            experiment="pos/x", name=f"Größe: {number}", repo=repo.root, run_id=f"run{number}", capture=False
        )
        run["lr"] = 3e-5 * (number + 1)
        run["optim"] = {"name": "adam", "betas": [0.9, 0.99]}
        run["flag"], run["nothing"], run["version"] = True, None, "01"
        run.tags = ["lab", "team=nlp"]
        run.note = "A *note*."
        for step in range(40):
            run.track(
                float("nan") if step == 3 else 2 / (step + 1), name="loss", step=step * 100, epoch=step / 10
            )
            run.track(0.5 * step, name="f1", step=step, context={"lang": "de"})
        run.track(float("inf"), name="big", step=-5)
        run.track(Image(np.zeros((4, 6, 3), np.uint8), caption="black"), name="shown", step=2)
        run.track(Audio(np.zeros(100, np.int16), rate=8000), name="heard", step=2)
        run.track(Distribution(np.arange(100.0), bins=8), name="weights", step=2)
        run.track(Text("hello *x*"), name="said", step=2)
        run.track(Table([{"a": 1, "b": "x|y"}]), name="scores", step=2)
        run.log_artifact(_file(repo, number), name="notes/a.txt")
        run.close(status="failed" if number else "finished")
    repo.refresh()
    return [held_run(repo, repo.run(f"run{number}")) for number in range(2)]


def _file(repo, number):
    path = repo.root.parent / f"note{number}.txt"
    path.write_text(json.dumps(number))
    return path

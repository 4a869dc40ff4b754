"""A training script as people write them for Aim, with only its import changed."""

import numpy as np

from ridgeline.compat.aim import Distribution, Image, Repo, Run, Text

run = Run(experiment="quick-start")
run["hparams"] = {"learning_rate": 0.001, "batch_size": 32}
run.name = "first"
run.description = "the first of them"
run.add_tag("baseline")

for step in range(10):
    run.track(step / 10, name="loss", step=step, context={"subset": "train"})
    run.track({"loss": step / 5, "acc": 0.5}, step=step, epoch=step // 5, context={"subset": "val"})
    run.track(Distribution(np.random.default_rng(step).normal(size=50)), "weights", step)
run.track(Text("the cat sat"), name="sample", step=1)
run.track([Image(np.zeros((4, 4)), caption="black"), Image(np.ones((4, 4)))], name="images", step=1)
run.log_info("step %d of %d", 10, 10)
run.close()

repo = Repo(".")
seen = 0
for of_run in repo.query_metrics("metric.name == 'loss' and run.hparams.learning_rate < 0.1").iter_runs():
    for metric in of_run:
        steps, values = metric.values.sparse_numpy()
        assert metric.run["hparams"]["batch_size"] == 32
        assert metric.context.to_dict()["subset"] in ("train", "val")
        assert steps.tolist() == list(range(10))
        seen += len(values)
assert seen == 20
assert repo.get_run(run.hash).description == "the first of them"

"""A training script as people write them for TensorBoard, with only its import changed."""

import numpy as np

from ridgeline.compat.tensorboard import SummaryWriter

rng = np.random.default_rng(0)
writer = SummaryWriter("runs/experiment_1")
for step in range(20):
    writer.add_scalar("Loss/train", rng.random(), step)
    writer.add_scalar("Loss/test", np.float32(rng.random()), global_step=step)
    writer.add_scalars("waves", {"sin": np.sin(step / 5), "cos": np.cos(step / 5)}, step)
    writer.add_histogram("weights", rng.normal(step, 1, 1000), step)
writer.add_image("noise", rng.random((3, 8, 8)), 0)
writer.add_image("grey", rng.random((8, 8)), 0, dataformats="HW")
writer.add_images("batch", rng.random((4, 3, 8, 8)), 0)
writer.add_text("words", "the cat sat", 0)
writer.add_audio("tone", np.sin(np.linspace(0, 100, 2000))[None, :], 0, sample_rate=8000)
writer.flush()
writer.close()

for i in range(3):
    with SummaryWriter(f"runs/hparams_{i}") as w:
        w.add_hparams({"lr": 0.1 * i, "bsize": i}, {"hparam/accuracy": 10 * i, "hparam/loss": 10 * i})

import numpy as np

import ridgeline

for lr in (0.01, 0.1, 0.5):
    for seed in range(3):
        rng = np.random.default_rng(seed)
        x = rng.normal(size=100)
        y = 3 * x + rng.normal(size=100)
        with ridgeline.Run("line", params={"lr": lr, "seed": seed}, tags=["tutorial"]) as run:
            w = 0.0
            for step in range(50):
                w -= lr * 2 * np.mean((w * x - y) * x)
                run.track(np.mean((w * x - y) ** 2), name="loss", step=step, context={"subset": "train"})
                if step % 10 == 9:
                    run.track(ridgeline.Distribution(y - w * x, bins=20), name="residuals", step=step)
            run["result.w"] = w

import numpy as np
import pytest

from ridgeline.demo.model import AdamW, Recipe, _gradients, initial_weights, predict, train
from ridgeline.demo.task import load_task

FULL = Recipe(lr=3e-3, epochs=2, dropout=0.0, technique="fine-tuning", seed=0)
HEAD = Recipe(lr=3e-3, epochs=2, dropout=0.4, technique="feature extraction", seed=0)


@pytest.fixture(scope="module")
def task():
    return load_task()


def test_gradients_agree_with_finite_differences(task):
    rng = np.random.default_rng(0)
    weights = {name: w.astype(np.float64) for name, w in initial_weights(128, 8).items()}
    x, y = task.train_x[:16].astype(np.float64), task.train_y[:16]
    _, gradients = _gradients(weights, x, y, FULL, rng)
    for name, gradient in gradients.items():
        flat = weights[name].reshape(-1)
        for i in rng.choice(flat.size, 5):
            before, step = flat[i], 1e-5
            flat[i] = before + step
            up, _ = _gradients(weights, x, y, FULL, rng)
            flat[i] = before - step
            down, _ = _gradients(weights, x, y, FULL, rng)
            flat[i] = before
            assert gradient.reshape(-1)[i] == pytest.approx((up - down) / (2 * step), rel=1e-3, abs=1e-7)


def test_training_learns_and_is_reproducible(task):
    first, second = [list_of_losses(task, FULL) for _ in range(2)]
    assert first == second
    assert first[1] < first[0]


def list_of_losses(task, recipe):
    return [epoch.loss for epoch in train(task, recipe)]


def test_feature_extraction_leaves_the_hidden_layer_as_it_was(task):
    *_, last = train(task, HEAD)
    start = initial_weights(128, 8)
    assert np.array_equal(last.weights["hidden.weight"], start["hidden.weight"])
    assert not np.array_equal(last.weights["head.weight"], start["head.weight"])


def test_steps_and_epochs_count(task):
    epochs = list(train(task, FULL))
    assert [epoch.number for epoch in epochs] == [1, 2]
    assert [epoch.step for epoch in epochs] == [28, 56]
    assert predict(epochs[-1].weights, task.eval_x).shape == (18 * 744,)


def test_adamw_first_step_is_the_learning_rate_times_the_sign_plus_decay():
    w = np.array([1.0, -2.0], np.float32)
    AdamW({"w": w}).update({"w": np.array([0.3, -5.0], np.float32)}, lr=0.1)
    assert w == pytest.approx([1.0 - 0.1 - 0.001, -2.0 + 0.1 + 0.002], abs=1e-6)

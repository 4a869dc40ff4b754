import numpy as np
import pytest

from ridgeline.demo.task import N_DEV, confusions, load_task, score


@pytest.fixture(scope="module")
def task():
    return load_task()


def test_shapes(task):
    assert task.languages[0] == "en"
    assert len(task.languages) == 18
    assert task.train_x.shape == (900, 128)
    assert task.eval_x.shape == (18 * 744, 128)
    assert set(task.train_y) == set(task.eval_y) == set(range(8))


def slow_f1(truth, predicted, k):
    scores = []
    for c in range(k):
        tp = sum(t == c and p == c for t, p in zip(truth, predicted, strict=True))
        fp = sum(t != c and p == c for t, p in zip(truth, predicted, strict=True))
        fn = sum(t == c and p != c for t, p in zip(truth, predicted, strict=True))
        scores.append(2 * tp / (2 * tp + fp + fn) if tp + fp + fn else 0.0)
    return sum(scores) / k


def test_scores_agree_with_a_slow_version(task):
    predicted = np.random.default_rng(1).integers(0, 7, 18 * 744)  # class 7 is never predicted
    results = {(s.language, s.subset): s for s in score(task, confusions(task, predicted))}
    assert len(results) == 36
    per_language = predicted.reshape(18, 744)
    for i, lang in enumerate(task.languages[:3]):
        for subset, part in (("dev", slice(None, N_DEV)), ("test", slice(N_DEV, None))):
            truth, guess = task.eval_y[part], per_language[i, part]
            assert results[lang, subset].accuracy == pytest.approx((truth == guess).mean())
            assert results[lang, subset].f1 == pytest.approx(slow_f1(truth, guess, 8))


def test_perfect_predictions(task):
    assert all(s.accuracy == s.f1 == 1.0 for s in score(task, confusions(task, np.tile(task.eval_y, 18))))

"""Candidates whose every output is seeded, for the tests of scorers."""

from dataclasses import replace

import numpy as np

from ridgeline.select.scorers.outputs import Outputs


def softmax(logits):
    e = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


class NearestCentroid:
    """A model small enough to be trained in every test; `metric` tells candidates apart."""

    def __init__(self, inputs, labels, metric):
        self.classes = np.unique(labels)
        self.centroids = np.stack([inputs[labels == one].mean(axis=0) for one in self.classes])
        self.metric = metric

    def __call__(self, inputs):
        gaps = ((inputs[:, None] - self.centroids) ** 2 * self.metric).sum(axis=2)
        return self.classes[gaps.argmin(axis=1)]


def everything(seed=0, candidates=4, target=31, source=23, classes=3, dims=4, dtype=np.float64):
    """Outputs with every field, of candidates between guessing and knowing."""
    rng = np.random.default_rng(seed)
    centres = 2 * rng.normal(size=(classes, dims))
    y_source, y_target = (
        rng.permutation(np.arange(source) % classes),
        rng.permutation(np.arange(target) % classes),
    )
    source_inputs = centres[y_source] + rng.normal(size=(source, dims))
    target_inputs = centres[y_target] + rng.normal(size=(target, dims)) + 0.5
    turns = np.stack([np.eye(dims) + 0.3 * rng.normal(size=(dims, dims)) for _ in range(candidates)])
    weights = centres + 0.7 * rng.normal(size=(candidates, classes, dims))
    source_features, target_features = source_inputs @ turns, target_inputs @ turns
    metrics = rng.uniform(0.1, 2, (candidates, dims))
    rows = rng.permutation(target)[: 2 * classes]
    rows = np.concatenate([np.flatnonzero(y_target == 0)[:1], np.flatnonzero(y_target == 1)[:1], rows])
    rows = np.array(list(dict.fromkeys(rows.tolist())))
    return Outputs(
        target_probabilities=softmax(target_features @ weights.transpose(0, 2, 1) / 3).astype(dtype),
        target_features=target_features.astype(dtype),
        source_probabilities=softmax(source_features @ weights.transpose(0, 2, 1) / 3).astype(dtype),
        source_features=source_features.astype(dtype),
        source_labels=y_source,
        train_features=(source_features + 0.1 * rng.normal(size=source_features.shape)).astype(dtype),
        class_weights=weights.astype(dtype),
        labelled_rows=rows,
        labels=y_target[rows],
        target_inputs=target_inputs,
        source_inputs=source_inputs,
        predict=[NearestCentroid(source_inputs, y_source, metric) for metric in metrics],
        fit=[lambda x, y, metric=metric: NearestCentroid(x, y, metric) for metric in metrics],
    )


def take_candidates(outputs, order):
    """The same outputs with the candidates in another order, or some of them, or some twice."""
    return replace(
        outputs,
        **{name: getattr(outputs, name)[order] for name in _ARRAYS},
        predict=[outputs.predict[i] for i in order],
        fit=[outputs.fit[i] for i in order],
    )


def reorder_examples(outputs, target_order, source_order):
    """The same outputs with the examples in another order."""
    place = np.argsort(target_order)
    return replace(
        outputs,
        target_probabilities=outputs.target_probabilities[:, target_order],
        target_features=outputs.target_features[:, target_order],
        target_inputs=outputs.target_inputs[target_order],
        source_probabilities=outputs.source_probabilities[:, source_order],
        source_features=outputs.source_features[:, source_order],
        source_labels=outputs.source_labels[source_order],
        source_inputs=outputs.source_inputs[source_order],
        labelled_rows=place[outputs.labelled_rows],
    )


def rename_classes(outputs, names):
    """The same outputs with class k called names[k]; the candidates' functions are left as they are."""
    back = np.argsort(names)
    return replace(
        outputs,
        target_probabilities=outputs.target_probabilities[:, :, back],
        source_probabilities=outputs.source_probabilities[:, :, back],
        source_labels=names[outputs.source_labels],
        class_weights=outputs.class_weights[:, back],
        labels=names[outputs.labels],
    )


_ARRAYS = (
    "target_probabilities",
    "target_features",
    "source_probabilities",
    "source_features",
    "train_features",
    "class_weights",
)

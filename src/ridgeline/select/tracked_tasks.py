"""What tasks are called, and which dev sets go with a target."""

import json
from collections.abc import Mapping, Sequence
from typing import Literal

from ridgeline.core.errors import InputError
from ridgeline.core.values import Json
from ridgeline.index.base import MetricKey
from ridgeline.query.snapshot import Snapshot

Reducer = Literal["last", "best", "min", "max", "first"]
# Values of a key of the context that tell a test set from a dev set, and what dev sets are called.
_TEST = ("test",)
_DEV = ("dev", "val", "valid", "validation", "eval")


def dev_selector(snapshot: Snapshot, test: MetricKey) -> str:
    """Return the selector of the dev sets beside a test set, the other keys of the context open."""
    for key, value in test.context.items():
        if value in _TEST:
            tracked = {one.context.get(key) for one in snapshot.metrics if one.name == test.name}
            for name in _DEV:
                if name in tracked:
                    return _selector(test.name, {key: name})
    raise InputError(
        f"Which dev scores go with the target {_selector(test.name, test.context)}? No key of its context is `test` with a"
        f" `dev` or `val` beside it. Name them: --dev '{test.name}{{subset=dev}}'.",
        "no-dev-scores",
    )


def _selector(name: str, context: Mapping[str, Json]) -> str:
    return f"{json.dumps(name)}{json.dumps(dict(context), ensure_ascii=False)}"


def split_keys(test_keys: Sequence[MetricKey], dev_keys: Sequence[MetricKey]) -> set[str]:
    """Return the keys of the context that tell test sets from dev sets: by their words, else those with other values here and there."""
    apart = set()
    by_word = set()
    for name in {name for key in (*test_keys, *dev_keys) for name in key.context}:
        tested = {_text(key.context.get(name)) for key in test_keys}
        known = {_text(key.context.get(name)) for key in dev_keys}
        if tested <= set(_TEST) and known <= set(_DEV):
            by_word.add(name)
        if tested.isdisjoint(known) and len(known) == 1:
            apart.add(name)
    return by_word or apart


def task_names(keys: Sequence[MetricKey], split: set[str]) -> list[str]:
    """Return what the tasks of some metrics are called, by what tells them apart beside dev and test."""
    several = len({key.name for key in keys}) > 1
    return [_task(key, split, several_names=several) for key in keys]


def column_of(key: MetricKey, reducer: Reducer) -> str:
    """Return the expression that gives a metric as a column of a table of runs."""
    context = f", {json.dumps(key.context, ensure_ascii=False)}" if key.context else ""
    return f"run.metrics[{json.dumps(key.name, ensure_ascii=False)}{context}].{reducer}"


def _task(key: MetricKey, split: set[str], *, several_names: bool) -> str:
    """Name a task by what its context has beside dev or test: `de`, or `lang=de, domain=news` where it has several keys."""
    rest = {name: _text(value) for name, value in sorted(key.context.items()) if name not in split}
    where = (
        next(iter(rest.values()))
        if len(rest) == 1
        else ", ".join(f"{name}={value}" for name, value in rest.items())
    )
    return f"{key.name} {where}".strip() if several_names or not where else where


def _text(value: Json) -> str:
    return value if isinstance(value, str) else json.dumps(value)

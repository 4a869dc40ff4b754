import math

import numpy as np
import pytest

from ridgeline.query.lines.group import KeyColumn, group_by, is_logarithmic, is_sequential, label


def column(key, values):
    """Number the values as they come, as an index does."""
    return KeyColumn(key, np.arange(len(values)), values)


def labels(values):
    return [group.label for group in group_by([column("k", values)], len(values)).groups]


def test_numbers_sort_by_size_words_naturally_and_nothing_last():
    assert labels([None, "run-10", 2.5, "run-2", 10, True, 1, "a", False, [1, 2]]) == [
        "false", "true", "1", "2.5", "10", "a", "run-2", "run-10", "1, 2", "none",
    ]  # fmt: skip


def test_one_and_one_point_zero_are_one_group_and_true_is_another():
    grouping = group_by([column("k", [1, True, 1.0, math.nan, math.nan])], 5)
    assert grouping.codes.tolist() == [1, 0, 1, 2, 2]


def test_integers_beyond_a_float_stay_apart():
    assert len(group_by([column("k", [2**60, 2**60 + 1, 10**400])], 3).groups) == 3


def test_no_key_is_one_group():
    grouping = group_by([], 3)
    assert [(group.label, group.key) for group in grouping.groups] == [("", {})]
    assert grouping.codes.tolist() == [0, 0, 0]


def test_only_values_that_some_series_has_are_groups():
    grouping = group_by([KeyColumn("k", np.array([3, 1, 3]), ["a", "b", "c", "d"])], 3)
    assert [group.label for group in grouping.groups] == ["b", "d"]
    assert grouping.codes.tolist() == [1, 0, 1]


def test_several_keys_sort_by_the_first_then_the_second():
    languages = KeyColumn("metric.context.lang", np.array([0, 1, 0, 1]), ["fr", "de"])
    rates = KeyColumn("run.lr", np.array([0, 0, 1, 0]), [0.1, 3e-05])
    grouping = group_by([languages, rates], 4)
    assert [group.label for group in grouping.groups] == ["de, 0.1", "fr, 3e-5", "fr, 0.1"]
    assert grouping.groups[1].key == {"metric.context.lang": "fr", "run.lr": 3e-05}
    assert grouping.groups[1].value is None
    assert grouping.codes.tolist() == [2, 0, 1, 0]


def test_no_series_no_groups():
    assert group_by([column("k", [])], 0).groups == ()
    assert group_by([column("k", []), column("l", [])], 0).groups == ()


@pytest.mark.parametrize(
    ("values", "sequential", "logarithmic"),
    [
        ([1e-5, 3e-5, 1e-4, 3e-4], True, True),
        ([16, 32, 64], True, True),
        ([1, 2, 3, 4], True, False),
        ([0, 1, 100, 10_000], True, False),  # no logarithm of 0
        ([0.1, 0.2, 0.3], True, False),
        ([1, 50, 101], True, True),
        ([0.1, 0.2], False, False),
        ([1, 2, 3, "x"], False, False),
        ([1, 2, 3, None], True, False),
        ([True, False, 1, 2], False, False),
        (["a", "b", "c"], False, False),
        ([1, 2, 3, math.inf], False, False),
        ([], False, False),
    ],
)
def test_numbers_of_one_key_are_a_ramp(values, sequential, logarithmic):
    grouping = group_by([column("k", values)], len(values))
    assert is_sequential(grouping) is sequential
    assert (is_sequential(grouping) and is_logarithmic(grouping)) is logarithmic


def test_two_keys_are_no_ramp():
    assert not is_sequential(group_by([column("a", [1, 2, 3]), column("b", [1, 2, 3])], 3))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (3e-05, "3e-5"), (1e-10, "1e-10"), (2e20, "2e20"), (0.1 + 0.2, "0.3"), (0.001, "0.001"), (5.0, "5"), (7, "7"),
        (True, "true"), (None, "none"), ("fr", "fr"), (["a", "b"], "a, b"), ([], "none"), ({}, "{}"), (math.nan, "nan"),
    ],
)  # fmt: skip
def test_labels_are_short(value, text):
    assert label(value) == text

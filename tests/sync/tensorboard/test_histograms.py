import json
import struct

import numpy as np
import pytest

from ridgeline.sync.protobuf import WireError, put_bytes, put_double
from ridgeline.sync.tensorboard.histograms import of_proto, of_tensor
from ridgeline.sync.tensorboard.tensors import Tensor


def proto(low, high, limits, counts):
    packed = [struct.pack(f"<{len(column)}d", *column) for column in (limits, counts)]
    return put_double(1, low) + put_double(2, high) + put_bytes(6, packed[0]) + put_bytes(7, packed[1])


def read(encoded):
    tree = json.loads(encoded.data)
    return tree["counts"], tree["edges"]


LARGEST = 1.7976931348623157e308


def test_an_old_one_begins_at_its_least_value_and_ends_at_its_largest():
    assert read(of_proto(proto(-1.5, 2.5, [-1, 0, 1, LARGEST], [1, 2, 3, 4]))) == (
        [1, 2, 3, 4],
        [-1.5, -1, 0, 1, 2.5],
    )


def test_empty_bins_at_the_ends_are_left_out():
    assert read(of_proto(proto(0.5, 1.5, [-9, 0, 1, 2, LARGEST], [0, 0, 2, 3, 0]))) == ([2, 3], [0, 1, 2])


def test_samples_that_are_all_equal_get_a_bin_around_them():
    assert read(of_tensor(Tensor((2, 3), np.array([3.0, 3, 0, 3, 3, 7])))) == ([7], [2.5, 3.5])


def test_bins_without_width_are_added_to_the_one_before():
    rows = np.array([[0.0, 1, 5], [1, 1, 2], [1, 2, 1]])
    assert read(of_tensor(Tensor((3, 3), rows.reshape(-1)))) == ([7, 1], [0, 1, 2])


def test_nothing_is_a_distribution_of_nothing():
    assert read(of_proto(b"")) == ([0], [0, 1])
    assert read(of_tensor(Tensor((0, 3), np.zeros(0)))) == ([0], [0, 1])


def test_what_is_no_histogram():
    with pytest.raises(WireError):
        of_tensor(Tensor((2, 2), np.zeros(4)))
    with pytest.raises(WireError):
        of_proto(proto(0, 1, [1, 2], [1]))

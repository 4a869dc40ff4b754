import math
import threading
import time
from collections import OrderedDict
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from types import MappingProxyType

import numpy as np
import pytest

import ridgeline
from ridgeline.core.errors import InputError
from ridgeline.log.frame import EPOCH, FrameType
from ridgeline.log.points import ROW, ROW_EPOCH, decode_points
from ridgeline.log.read import scan_file
from ridgeline.record.run import Run


def test_a_point_has_what_it_was_given(run, read):
    run.track(0.71, name="f1", step=20, epoch=1, context={"lang": "fr", "subset": "dev"})
    assert read(run).points == {("f1", (("lang", "fr"), ("subset", "dev"))): [(20, 1.0, 0.71)]}


def test_every_call_of_a_loop_is_kept_in_order(run, read):
    for step in range(1000):
        run.track(step / 10, "loss", step=step)
    recorded = read(run)
    assert recorded.values("loss") == [step / 10 for step in range(1000)]
    assert recorded.steps("loss") == list(range(1000))
    assert recorded.kinds == {("loss", ()): ["float"]}


def test_points_with_and_without_an_epoch_of_one_series(run, read):
    for step in range(3):
        run.track(1.0, "loss", step=step)
        run.track(2.0, "loss", step=step, epoch=0.5)
    points = read(run).points["loss", ()]
    assert sorted(points, key=str) == sorted(
        [(s, e, v) for s in range(3) for e, v in ((None, 1.0), (0.5, 2.0))], key=str
    )


def test_a_dict_records_each_of_its_values(run, read):
    for step in (0, 1):
        run.track({"loss": 0.3 - step, "acc": 0.9}, step=step, context={"subset": "train"})
        run.track({"loss": 0.5}, step=step, epoch=2)
    recorded = read(run)
    assert recorded.values("loss", subset="train") == [0.3, -0.7]
    assert recorded.values("acc", subset="train") == [0.9, 0.9]
    assert recorded.points["loss", ()] == [(0, 2.0, 0.5), (1, 2.0, 0.5)]


def test_a_dict_may_change_its_keys_and_types_between_calls(run, read):
    run.track({"a": 1.0, "b": 2.0}, step=0)
    run.track({"b": 3.0, "a": 4.0}, step=1)
    run.track({"a": np.float32(0.5), "b": 7}, step=2)
    run.track(OrderedDict(a=8.0), step=3)
    recorded = read(run)
    assert recorded.values("a") == [1.0, 4.0, 0.5, 8.0]
    assert recorded.values("b") == [2.0, 3.0, 7.0]


def test_a_dict_with_a_mistake_in_it_records_nothing(run, read):
    with pytest.raises(InputError, match=r"'b'.*str 'high'.*ridgeline\.Text"):
        run.track({"a": 1.0, "b": "high"}, step=0)
    run.track({}, step=0)
    assert read(run).points == {}


class TestSteps:
    def test_missing_steps_count_up_for_each_series(self, run, read):
        for _ in range(3):
            run.track(1.0, "a")
            run.track(1.0, "a", context={"lang": "fr"})
        run.track({"a": 1.0, "b": 1.0})
        run.track({"a": 1.0, "b": 1.0})
        recorded = read(run)
        assert recorded.steps("a") == [0, 1, 2, 3, 4]
        assert recorded.steps("a", lang="fr") == [0, 1, 2]
        assert recorded.steps("b") == [0, 1]

    def test_they_count_on_from_the_last_step_given(self, run, read):
        run.track(1.0, "a", step=10)
        run.track(1.0, "a")
        run.track({"a": 1.0}, step=50)
        run.track({"a": 1.0})
        run.track({"a": 1.0})
        run.track(1, "a")
        assert read(run).steps("a") == [10, 11, 50, 51, 52, 53]

    def test_they_count_on_when_the_short_way_was_closed_in_between(self, run, read):
        for step in (5, 6):
            run.track({"a": 1.0, "b": 1.0}, step=step)
        run._recording.forget_series()
        run.track(1.0, "a")
        run.track({"a": 1.0, "b": 1.0})
        recorded = read(run)
        assert recorded.steps("a") == [5, 6, 7, 8]
        assert recorded.steps("b") == [5, 6, 7]

    def test_threads_never_get_the_same_step(self, run, read):
        gate = threading.Barrier(4)

        def work():
            gate.wait()
            for _ in range(2000):
                run.track(1.0, "a")

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(read(run).steps("a")) == list(range(8000))

    def test_whole_numbers_of_any_kind_are_steps(self, run, read):
        for step in (np.int64(3), np.uint8(4), -5, (1 << 63) - 1, True):
            run.track(1.0, "a", step=step)
        assert read(run).steps("a") == [3, 4, -5, (1 << 63) - 1, 1]

    @pytest.mark.parametrize("step", [1.0, "1", 1 << 63, None.__class__])
    def test_anything_else_is_refused(self, run, step):
        with pytest.raises(InputError, match="step of metric 'a' is"):
            run.track(1.0, "a", step=step)
        with pytest.raises(InputError, match="step of metric 'a' is"):
            run.track({"a": 1.0}, step=step)

    @pytest.mark.parametrize("epoch", ["1", [1], 10**400])
    def test_an_epoch_is_a_number(self, run, epoch):
        run.track(1.0, "a", step=0)
        with pytest.raises(InputError, match="epoch of metric 'a'"):
            run.track(1.0, "a", step=1, epoch=epoch)


class Raising:
    """A number that cannot say which."""

    def __init__(self, error):
        self.error = error

    def __float__(self):
        raise self.error


class Meta:
    """A tensor that has a shape and no values, as torch has them on the device "meta"."""

    dtype, shape = "float32", ()

    def item(self):
        raise RuntimeError("no values")


class TestValues:
    @pytest.mark.parametrize(
        ("value", "number", "kind"),
        [
            (1.5, 1.5, "float"),
            (3, 3.0, "int"),
            (True, 1.0, "bool"),
            (np.float32(0.1), float(np.float32(0.1)), "float"),
            (np.float64(0.1), 0.1, "float"),
            (np.float16(0.5), 0.5, "float"),
            (np.int32(7), 7.0, "int"),
            (np.bool_(True), 1.0, "bool"),
            (np.array(2.5), 2.5, "float"),
            (np.array([[2]]), 2.0, "int"),
            (Decimal("0.25"), 0.25, "float"),
            (Fraction(1, 4), 0.25, "float"),
            (math.inf, math.inf, "float"),
            (-math.inf, -math.inf, "float"),
        ],
    )
    def test_numbers(self, run, read, value, number, kind):
        for step in range(3):  # the first goes the long way, the others the short one
            run.track(value, "m", step=step)
        recorded = read(run)
        assert recorded.values("m") == [number] * 3
        assert recorded.kinds["m", ()] == [kind]

    def test_nan_is_kept(self, run, read):
        run.track(math.nan, "m")
        run.track({"m": math.nan})
        assert [math.isnan(value) for value in read(run).values("m")] == [True, True]

    def test_a_series_widens_from_bool_to_int_to_float(self, run, read):
        for value in (True, False, 2, True, 0.5, 3, False):
            run.track(value, "m")
        recorded = read(run)
        assert recorded.values("m") == [1, 0, 2, 1, 0.5, 3, 0]
        assert recorded.steps("m") == list(range(7))
        assert recorded.kinds["m", ()] == ["bool", "int", "float"]

    @pytest.mark.parametrize(
        ("value", "message"),
        [
            ("0.3", r"str '0\.3': wrap words in ridgeline\.Text"),
            (None, "NoneType None: track takes a number"),
            ([1.0], r"list \[1\.0\]"),
            (1 + 2j, "complex"),
            (b"1", "bytes"),
            (object, "type"),
            (np.ones(3), r"shape \(3,\)"),
            (np.complex64(1), "complex"),
            (np.datetime64("2026-01-01"), "datetime64"),
            (10**400, "cannot become a 64-bit float"),
            (np.ma.masked, "it is masked"),
            (Raising(RuntimeError("deleted")), r"cannot become a 64-bit float \(deleted\)"),
            (Raising(ZeroDivisionError("x")), r"cannot become a 64-bit float \(x\)"),
            (Raising(KeyError("x")), "cannot become a 64-bit float"),
            (Meta(), r"its value cannot be read \(no values\)"),
        ],
    )
    def test_what_is_no_number_is_refused_at_the_call(self, run, value, message):
        for _ in range(2):
            with pytest.raises(InputError, match=rf"(?s)Metric 'm' cannot take the .*{message}"):
                run.track(value, name="m", step=0)


class TestContexts:
    def test_one_one_point_zero_and_true_are_three_contexts(self, run, read):
        for _ in range(2):
            for k in (1, 1.0, True, "1"):
                run.track(1.0, "m", context={"k": k})
        names = read(run).state
        assert names is not None
        contexts = [event.context["k"] for event in read(run).events if hasattr(event, "context")]
        assert [(type(k), k) for k in contexts] == [(int, 1), (float, 1.0), (bool, True), (str, "1")]

    def test_the_order_of_keys_does_not_matter(self, run, read):
        for _ in range(2):
            run.track(1.0, "m", context={"a": "x", "b": "y"})
            run.track(1.0, "m", context={"b": "y", "a": "x"})
        assert read(run).steps("m", a="x", b="y") == [0, 1, 2, 3]

    def test_one_dict_that_is_filled_anew_each_time_is_known_by_what_is_in_it(self, run, read):
        context = {"lang": "fr"}
        for step in range(12):
            context["lang"] = ("fr", "de", "es")[step // 2 % 3]
            run.track(float(step), "m", step=step, context=context)
            run.track({"a": float(step)}, step=step, context=context)
        recorded = read(run)
        for lang, steps in (("fr", [0, 1, 6, 7]), ("de", [2, 3, 8, 9]), ("es", [4, 5, 10, 11])):
            assert recorded.steps("m", lang=lang) == recorded.steps("a", lang=lang) == steps

    def test_a_dict_that_gets_a_key_or_a_number_is_another_context(self, run, read):
        context = {"k": "1"}
        run.track(0.0, "m", step=0, context=context)
        run.track(1.0, "m", step=1, context=context)
        for step, value in enumerate([1, True, 1.0, "1"], 2):
            context["k"] = value
            run.track(float(step), "m", step=step, context=context)
        run.track(6.0, "m", step=6, context=context | {"more": "yes"})
        recorded = read(run)
        assert recorded.values("m", k="1") == [0.0, 1.0, 5.0]
        assert sum(hasattr(event, "context") for event in recorded.events) == 5

    def test_more_contexts_than_are_known_by_their_place(self, run, read):
        contexts = [{"layer": str(i)} for i in range(5000)]
        for step in range(2):
            for context in contexts:
                run.track(float(step), "m", step=step, context=context)
        points = read(run).points
        assert len(points) == 5000
        assert all([step for step, _, _ in series] == [0, 1] for series in points.values())

    def test_any_mapping_is_a_context_the_first_time_as_well_as_later(self, run, read):
        for _ in range(3):
            run.track(1.0, "m", context=MappingProxyType({"lang": "fr"}))
            run.track({"a": 1.0}, context=MappingProxyType({"lang": "fr"}))
        recorded = read(run)
        assert recorded.steps("m", lang="fr") == [0, 1, 2]
        assert recorded.steps("a", lang="fr") == [0, 1, 2]

    def test_an_empty_context_is_none(self, run, read):
        run.track(1.0, "m", context={})
        run.track(1.0, "m")
        assert read(run).steps("m") == [0, 1]

    def test_the_caller_may_change_the_dict_afterwards(self, run, read):
        context = {"lang": "fr"}
        run.track(1.0, "m", context=context)
        context["lang"] = "de"
        run.track(1.0, "m", context=context)
        recorded = read(run)
        assert (recorded.steps("m", lang="fr"), recorded.steps("m", lang="de")) == ([0], [0])

    def test_enums_and_numpy_scalars_become_plain(self, run, read):
        class Subset(StrEnum):
            DEV = "dev"

        for _ in range(2):
            run.track(1.0, "m", context={"subset": Subset.DEV, "layer": np.int64(3)})
        assert read(run).steps("m", layer=3, subset="dev") == [0, 1]

    @pytest.mark.parametrize(
        "context",
        [{"a": [1]}, {"a": None}, {"a": {"b": 1}}, {1: "a"}, {"": 1}, {"a": math.nan}, "dev", ["dev"]],
    )
    def test_anything_else_is_refused_and_named(self, run, context):
        with pytest.raises(InputError, match="context of metric 'm'"):
            run.track(1.0, "m", step=0, context=context)


@pytest.mark.parametrize("name", [None, "", 3, ("a",)])
def test_a_metric_needs_a_name(run, name):
    with pytest.raises(InputError, match="A metric needs a name"):
        run.track(1.0, name)


def test_a_dict_takes_no_name(run):
    with pytest.raises(InputError, match="brings its own names"):
        run.track({"a": 1.0}, name="b", step=0)


def test_a_name_holds_numbers_or_objects_not_both(run):
    run.track(1.0, "m")
    with pytest.raises(InputError, match=r"'m' holds float.*was now given text"):
        run.track(ridgeline.Text("x"), "m")
    run.track(ridgeline.Text("x"), "words")
    with pytest.raises(InputError, match="'words' holds text"):
        run.track(1.0, "words")


def test_tracking_into_a_closed_run_says_how_to_go_on(tmp_path):
    run = Run(repo=tmp_path, capture=False)
    run.track(1.0, "m")
    run.close()
    with pytest.raises(InputError, match=rf"is closed \(finished\).*run_id='{run.id}'"):
        run.track(1.0, "m")


def test_more_than_one_chunk_goes_through(run, read):
    n = 50_000
    for step in range(n):
        run.track(float(step), "m", step=step)
        run.track(float(-step), "m", step=step, epoch=0)
    points = read(run).points["m", ()]
    assert len(points) == 2 * n
    assert [value for _, epoch, value in points if epoch is None] == list(map(float, range(n)))


def test_threads_lose_nothing(run, read):
    def work(thread):
        for step in range(5000):
            run.track(float(step), f"m{thread}", step=step)
            run.track({"a": 1.0, "b": 2.0}, step=step, context={"thread": str(thread)})

    threads = [threading.Thread(target=work, args=(i,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    recorded = read(run)
    for i in range(4):
        assert recorded.values(f"m{i}") == list(map(float, range(5000)))
        assert recorded.steps("a", thread=str(i)) == recorded.steps("b", thread=str(i)) == list(range(5000))


def test_times_are_those_of_the_calls_to_a_thousandth_of_a_second(run, read):
    before = time.time()
    run.track(1.0, "m", step=0)
    run.track({"m": 2.0}, step=1)
    between = time.time()
    run.track(3.0, "m", step=2, epoch=1)
    after = time.time()
    recorded = read(run)
    times = []
    for frame in scan_file(recorded.segments[0]).frames:
        if frame.type == FrameType.POINTS:
            row = ROW_EPOCH if frame.flags & EPOCH else ROW
            times += [point[3] for point in row.iter_unpack(decode_points(frame.flags, frame.payload))]
    assert before - 1 / 1024 < times[0] <= times[1] <= between
    assert between - 1 / 1024 < times[2] <= after
    assert recorded.state.created <= times[0]
    assert all(moment * 1024 == int(moment * 1024) for moment in times)

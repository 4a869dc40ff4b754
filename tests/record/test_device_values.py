"""Numbers on an accelerator, with arrays that behave as torch's, JAX's and CuPy's do."""

import threading

import pytest

from ridgeline.core.errors import InputError


class Device:
    def __init__(self, kind):
        self.type = kind


class Tensor:
    """A 0-d tensor on a GPU: reading its value blocks until `computed` is set, copying it does not."""

    is_cuda = True
    dtype = "torch.float32"
    shape = ()
    device = Device("cuda")

    def __init__(self, value, computed, copies=None):
        self.memory = [value]
        self.computed = computed
        self.read_by = [] if copies is None else copies

    def detach(self):
        return self

    def clone(self):
        return type(self)(self.memory[0], self.computed, self.read_by)

    def item(self):
        return float(self)

    def __float__(self):
        self.read_by.append(threading.current_thread())
        assert self.computed.wait(10)
        return self.memory[0]


def test_the_caller_does_not_wait_and_gets_the_value_of_the_call(run, read):
    computed = threading.Event()
    loss = Tensor(0.25, computed)
    run.track(loss, "loss", step=7, epoch=1, context={"subset": "train"})
    loss.memory[0] = 99.0  # the next step of the training overwrites it in place
    assert loss.read_by in ([], [t for t in loss.read_by if t is not threading.current_thread()])
    computed.set()
    recorded = read(run)
    assert recorded.points["loss", (("subset", "train"),)] == [(7, 1.0, 0.25)]
    assert threading.current_thread() not in loss.read_by


def test_points_around_it_keep_their_steps(run, read):
    computed = threading.Event()
    computed.set()
    run.track(0.5, "loss")
    run.track(Tensor(0.25, computed), "loss")
    run.track({"loss": Tensor(0.125, computed), "acc": 1.0})
    assert sorted(read(run).points["loss", ()]) == [(0, None, 0.5), (1, None, 0.25), (2, None, 0.125)]


@pytest.mark.parametrize(
    ("dtype", "kind"), [("torch.int64", "int"), ("torch.bool", "bool"), ("torch.bfloat16", "float")]
)
def test_the_kind_is_read_off_the_dtype(run, read, dtype, kind):
    computed = threading.Event()
    computed.set()
    tensor = Tensor(1.0, computed)
    tensor.dtype = dtype
    run.track(tensor, "m")
    assert read(run).kinds["m", ()] == [kind]


def test_a_tensor_of_many_is_refused_at_the_call(run):
    tensor = Tensor(1.0, threading.Event())
    tensor.shape = (2, 3)
    with pytest.raises(InputError, match=r"shape \(2, 3\)"):
        run.track(tensor, "m")


def test_a_tensor_on_the_cpu_is_read_at_once(run, read):
    computed = threading.Event()
    computed.set()
    tensor = Tensor(0.5, computed)
    tensor.is_cuda, tensor.device = False, Device("cpu")
    run.track(tensor, "m")
    assert tensor.read_by == [threading.current_thread()]
    assert read(run).values("m") == [0.5]


def test_an_immutable_array_is_held_not_copied(run, read):
    class Array:
        dtype = "float32"
        shape = ()

        def is_ready(self):
            return True

        def __float__(self):
            assert threading.current_thread() is not caller
            return 0.75

    Array.__module__ = "jaxlib.xla_extension"
    caller = threading.current_thread()
    run.track(Array(), "m")
    assert read(run).values("m") == [0.75]


def test_a_value_that_its_device_lost_is_a_warning(run, read):
    class Lost(Tensor):
        def __float__(self):
            raise RuntimeError("device-side assert triggered")

    run.track(Lost(1.0, threading.Event()), "m", step=0)
    run.track(1.0, "m", step=1)
    recorded = read(run)
    assert recorded.steps("m") == [1]
    warning = recorded.state.warnings["device-value-lost"]
    assert "device-side assert" in warning.message

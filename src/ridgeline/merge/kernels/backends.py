"""Which back end runs the kernels."""

from importlib.util import find_spec
from typing import Literal, TypeAlias

from ridgeline.core.errors import InputError
from ridgeline.merge.kernels.numpy_ops import NumPyOps
from ridgeline.merge.kernels.ops import Ops
from ridgeline.merge.kernels.where_it_pays import WhereItPaysOps, numba_ops

Backend: TypeAlias = Literal["auto", "numpy", "numba", "torch"]
_MANY_ELEMENTS = 1 << 30
"""From here on compiled sums save what loading Numba takes: 0.5 ns an element of three models against 0.5 s."""
BACKENDS: tuple[Backend, ...] = ("auto", "numpy", "numba", "torch")


def host_ops(backend: Backend = "auto", elements: int = 0) -> Ops:
    """Return the kernels that run on the processor.

    Args:
        backend: `auto` is Numba's where it is installed and worth half a second of loading.
        elements: of the output.

    Raises:
        InputError: Numba is asked for and not installed.
    """
    installed = find_spec("numba") is not None
    if backend == "numba" and not installed:
        raise InputError(
            "The kernels of Numba are asked for, and Numba is not installed: pip install 'ridgeline[merge]'. NumPy's give the"
            " same bytes.",
            "merge-backend",
        )
    if not installed or backend == "numpy":
        return NumPyOps()
    if backend == "auto" and elements < _MANY_ELEMENTS:
        return WhereItPaysOps()
    return numba_ops()


def device_ops(device: str) -> Ops:
    """Return the kernels that run on a device through torch, such as `cuda` or `cuda:1`.

    Raises:
        InputError: torch is not installed, or has no such device.
    """
    if find_spec("torch") is None:
        raise InputError(
            "Merging on a GPU needs torch, which is not installed. Leave the device out to merge on the processor.",
            "merge-backend",
        )
    from ridgeline.merge.kernels.torch_ops import TorchOps

    return TorchOps(device)

"""Which back end runs the kernels."""

from importlib.util import find_spec
from typing import Literal, TypeAlias

from ridgeline.core.errors import InputError
from ridgeline.merge.kernels.numpy_ops import NumPyOps
from ridgeline.merge.kernels.ops import Ops

Backend: TypeAlias = Literal["auto", "numpy", "numba", "torch"]
BACKENDS: tuple[Backend, ...] = ("auto", "numpy", "numba", "torch")


def host_ops(backend: Backend = "auto") -> Ops:
    """Return the kernels that run on the processor: Numba's where it is installed, unless NumPy's are asked for.

    Raises:
        InputError: Numba is asked for and not installed.
    """
    if backend == "numpy" or (backend != "numba" and find_spec("numba") is None):
        return NumPyOps()
    if find_spec("numba") is None:
        raise InputError(
            "The kernels of Numba are asked for, and Numba is not installed: pip install 'ridgeline[merge]'. NumPy's give the"
            " same bytes.",
            "merge-backend",
        )
    from ridgeline.merge.kernels.numba_ops import NumbaOps

    return NumbaOps()


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

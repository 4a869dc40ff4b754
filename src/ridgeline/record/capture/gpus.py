"""Use of NVIDIA GPUs, through pynvml where it is installed."""

import os
from collections.abc import Callable
from typing import Any

from ridgeline.core.values import Json
from ridgeline.record.capture.target import Target


class Gpus:
    """The GPUs that this process may use. None where there is no driver or no pynvml: that is no failure."""

    def __init__(self) -> None:
        self._nvml: Any = None
        self._handles: dict[int, Any] = {}
        try:
            import pynvml
        except ImportError:
            return
        try:
            pynvml.nvmlInit()
        except pynvml.NVMLError:  # a machine without NVIDIA's driver
            return
        self._nvml = pynvml
        for index in range(pynvml.nvmlDeviceGetCount()):
            handle = pynvml.nvmlDeviceGetHandleByIndex(index)
            if _is_visible(
                index, _text(pynvml.nvmlDeviceGetUUID(handle)), os.environ.get("CUDA_VISIBLE_DEVICES")
            ):
                self._handles[index] = handle

    def facts(self) -> list[Json]:
        """Return name and memory of each GPU."""
        return [
            {
                "gpu": index,
                "name": _text(self._nvml.nvmlDeviceGetName(handle)),
                "memory_bytes": int(self._nvml.nvmlDeviceGetMemoryInfo(handle).total),
            }
            for index, handle in self._handles.items()
        ]

    def measure(self, target: Target, context: dict[str, Json]) -> None:
        """Record utilisation and memory in percent, temperature in °C and power in watts of each GPU."""
        nvml = self._nvml
        reads: dict[str, Callable[[Any], float]] = {
            "system.gpu": lambda handle: nvml.nvmlDeviceGetUtilizationRates(handle).gpu,
            "system.gpu_memory": lambda handle: _percent(nvml.nvmlDeviceGetMemoryInfo(handle)),
            "system.gpu_temperature_celsius": lambda handle: nvml.nvmlDeviceGetTemperature(handle, 0),
            "system.gpu_power_watts": lambda handle: nvml.nvmlDeviceGetPowerUsage(handle) / 1000,
        }
        for index, handle in self._handles.items():
            for name, read in reads.items():
                try:
                    value = float(read(handle))
                except nvml.NVMLError:  # some cards do not tell their power or temperature
                    continue
                target.add_measurement(name, value, {**context, "gpu": index})


def _percent(memory: Any) -> float:
    return 100.0 * float(memory.used) / float(memory.total)


def _text(name: str | bytes) -> str:
    return name.decode() if isinstance(name, bytes) else name


def _is_visible(index: int, uuid: str, visible: str | None) -> bool:
    """Say whether CUDA_VISIBLE_DEVICES lets the process use this GPU. Numbers follow the order of the PCI bus."""
    if visible is None:
        return True
    entries = [entry.strip() for entry in visible.split(",") if entry.strip()]
    return any(
        entry == str(index) or (entry.startswith("GPU-") and uuid.startswith(entry)) for entry in entries
    )

"""Use of CPU, memory, disk and network: through psutil where it is installed, else what Linux tells of CPU and memory."""

import os
import time
from pathlib import Path
from typing import Any

from ridgeline.core.values import Json
from ridgeline.record.capture.gpus import Gpus
from ridgeline.record.capture.target import Target

INTERVAL_SECS = 10.0
# A run shorter than the interval is measured once, after this.
FIRST_SECS = 1.0


def host_context(environment: dict[str, str], host: str) -> dict[str, Json]:
    """Return what tells the machines of one run apart: nothing on one machine, the host name on several."""
    world, local = environment.get("WORLD_SIZE"), environment.get("LOCAL_WORLD_SIZE")
    return {"host": host} if world and local and world != local else {}


def measures_this_host(environment: dict[str, str]) -> bool:
    """Say whether this process is the one that measures: of the ranks on a machine, the first."""
    return environment.get("LOCAL_RANK", "0") == "0"


class System:
    """Measures what the machine does. Percentages are 0–100; rates are per second since the measurement before."""

    def __init__(self, folder: Path, context: dict[str, Json]) -> None:
        self._folder = folder
        self._context = context
        self._gpus = Gpus()
        try:
            import psutil
        except ImportError:
            self._probe: _Psutil | _Proc = _Proc()
        else:
            self._probe = _Psutil(psutil, folder)
        self._before: dict[str, float] = {}
        self._before_at = 0.0

    def gpu_facts(self) -> list[Json]:
        """Return name and memory of each GPU."""
        return self._gpus.facts()

    def measure(self, target: Target) -> None:
        """Record one measurement of everything."""
        for name, value in self._probe.gauges().items():
            target.add_measurement(name, value, self._context)
        now, counters = time.monotonic(), self._probe.counters()
        for name, value in counters.items():
            if name in self._before and now > self._before_at:
                rate = (value - self._before[name]) / (now - self._before_at)
                target.add_measurement(name, rate, self._context)
        self._before, self._before_at = counters, now
        self._gpus.measure(target, self._context)


class _Psutil:
    def __init__(self, psutil: Any, folder: Path) -> None:
        self._psutil = psutil
        self._process = psutil.Process()
        self._folder = folder
        # The first call starts the count that the next one reports.
        psutil.cpu_percent()
        self._process.cpu_percent()

    def gauges(self) -> dict[str, float]:
        gauges = {
            "system.cpu": self._psutil.cpu_percent(),
            "system.memory": self._psutil.virtual_memory().percent,
            "system.process_cpu": self._process.cpu_percent(),
            "system.process_memory_bytes": float(self._process.memory_info().rss),
        }
        if self._folder.exists():
            gauges["system.disk"] = self._psutil.disk_usage(str(self._folder)).percent
        return gauges

    def counters(self) -> dict[str, float]:
        counters: dict[str, float] = {}
        network, disk = self._psutil.net_io_counters(), self._psutil.disk_io_counters()
        if network is not None:
            counters["system.network_received_bytes_per_sec"] = float(network.bytes_recv)
            counters["system.network_sent_bytes_per_sec"] = float(network.bytes_sent)
        if disk is not None:
            counters["system.disk_read_bytes_per_sec"] = float(disk.read_bytes)
            counters["system.disk_write_bytes_per_sec"] = float(disk.write_bytes)
        return counters


class _Proc:
    """What /proc tells; nothing where there is no /proc."""

    def __init__(self) -> None:
        self._cpu_before = _cpu_ticks()

    def gauges(self) -> dict[str, float]:
        gauges: dict[str, float] = {}
        now, before = _cpu_ticks(), self._cpu_before
        if now is not None and before is not None and now[1] > before[1]:
            gauges["system.cpu"] = 100.0 * (now[0] - before[0]) / (now[1] - before[1])
        self._cpu_before = now
        memory = _memory_kib()
        if memory.get("MemTotal") and "MemAvailable" in memory:
            gauges["system.memory"] = 100.0 * (1 - memory["MemAvailable"] / memory["MemTotal"])
        resident = _read("/proc/self/statm").split()
        if len(resident) > 1:
            gauges["system.process_memory_bytes"] = float(int(resident[1]) * os.sysconf("SC_PAGE_SIZE"))
        return gauges

    def counters(self) -> dict[str, float]:
        return {}


def _cpu_ticks() -> tuple[int, int] | None:
    """Return the busy and all ticks of all CPUs since boot. Field 4 is idle, 5 waiting for the disk."""
    fields = _read("/proc/stat").partition("\n")[0].split()[1:9]
    if len(fields) < 8:
        return None
    ticks = [int(field) for field in fields]
    return sum(ticks) - ticks[3] - ticks[4], sum(ticks)


def _memory_kib() -> dict[str, int]:
    lines = [line.split() for line in _read("/proc/meminfo").splitlines()]
    return {fields[0].rstrip(":"): int(fields[1]) for fields in lines if len(fields) > 1}


def _read(path: str) -> str:
    try:
        return Path(path).read_text(encoding="ascii")
    except OSError:
        return ""

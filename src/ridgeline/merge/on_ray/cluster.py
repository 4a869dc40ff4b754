"""A Ray to work on: one that runs already, or one that is started here and stopped again."""

import logging
import os
import socket
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec

from ridgeline.core.errors import InputError, StorageError

LOCAL = "local"
_CLIENT = "ray://"
_STORE_BYTES = 256 << 20
"""For totals on their way, a few megabytes each; what does not fit Ray puts on the disk."""
_REACH_SECONDS = 5.0


def silence() -> None:
    """Keep Ray from printing that a worker ended, which it does on the standard output of the driver.

    For a process that does nothing else: it takes what tasks of others print, too.
    """
    os.environ.setdefault("RAY_DEDUP_LOGS_SKIP_REGEX", ".")


@contextmanager
def cluster(address: str, processors: int) -> Iterator[None]:
    """Connect this process to Ray.

    Args:
        address: `local` for a Ray of this machine's own; `auto` for the one that runs here; `HOST:PORT` of a head, from one
            of its machines; `ray://HOST:PORT` from elsewhere. Where this process is connected already, it stays so.
        processors: of a local Ray.

    Raises:
        InputError: Ray is not installed.
        StorageError: nothing answers there.
    """
    if find_spec("ray") is None:
        raise InputError(
            "Merging on Ray is asked for, and Ray is not installed: pip install 'ridgeline[ray]'. Without it a merge runs on"
            " all processors of this machine and gives the same bytes.",
            "merge-ray-missing",
        )
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # a Ray of ours reports to nobody
    os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")  # and says nothing of GPUs
    import ray

    if ray.is_initialized():
        yield
        return
    _check_answers(address)
    own = {"num_cpus": processors, "include_dashboard": False, "object_store_memory": _STORE_BYTES}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ray.init(
                address=address,
                log_to_driver=False,
                logging_level=logging.ERROR,
                **(own if address == LOCAL else {}),
            )
    except (OSError, RuntimeError, ValueError, AssertionError, ImportError) as error:
        raise _no_answer(address, str(error).partition("\n")[0]) from error
    try:
        yield
    finally:
        ray.shutdown()


def driver_node(address: str) -> str:
    """Return the node of Ray that this process runs on; empty where it runs on none."""
    import ray

    away = address.startswith(_CLIENT) or ray.util.client.ray.is_connected()
    return "" if away else str(ray.get_runtime_context().get_node_id())


def processors_of_ray() -> int:
    """Return how many processors the machines of Ray have.

    Raises:
        StorageError: none.
    """
    import ray

    found = int(ray.cluster_resources().get("CPU", 0))
    if not found:
        raise StorageError(
            "No machine of this Ray has a processor to give. Start one that has: ray start --address=HEAD:6379.",
            "merge-ray-no-answer",
        )
    return found


def _check_answers(address: str) -> None:
    """Knock before Ray does, which would wait for half a minute."""
    host, colon, port = address.removeprefix(_CLIENT).rpartition(":")
    if address in {LOCAL, "auto"}:
        return
    if not colon or not port.isdigit():
        raise InputError(
            f"{address!r} is no address of Ray. It is HOST:PORT, ray://HOST:PORT, or auto for the Ray that runs here.",
            "merge-ray-address",
        )
    try:
        socket.create_connection((host.strip("[]"), int(port)), timeout=_REACH_SECONDS).close()
    except (OSError, OverflowError) as error:
        raise _no_answer(address, str(error)) from error


def _no_answer(address: str, why: str) -> StorageError:
    return StorageError(
        f"No Ray answers at {address!r} ({why.rstrip('.')}). `ray start --head` starts one, `ray status` shows what runs; without"
        " an address a Ray of this machine's own is used.",
        "merge-ray-no-answer",
    )

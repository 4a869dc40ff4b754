"""What is recorded about a run without being asked for, and how to switch it off."""

from dataclasses import dataclass, fields

from ridgeline.core.errors import InputError


@dataclass(frozen=True, slots=True)
class Capture:
    """Which surroundings of a run are recorded; each is on unless it is set to False.

    Args:
        command: the command line, with what looks like a secret masked, and the working folder.
        host: Python's version and path, the operating system, host and user names, and how many CPUs there are.
        packages: names and versions of the installed packages.
        environment: environment variables from a list of harmless ones (docs/howto/track.md names them).
        git: branch, commit, remote, whether there are changes, and these as a diff.
        console: what the program prints.
        system: use of CPU, memory, disk, network and NVIDIA GPUs, each 10 s.
    """

    command: bool = True
    host: bool = True
    packages: bool = True
    environment: bool = True
    git: bool = True
    console: bool = True
    system: bool = True


_NOTHING = Capture(**dict.fromkeys((field.name for field in fields(Capture)), False))


def check_capture(capture: object) -> Capture:
    """Return the options that `capture` means: True is all, False is nothing.

    Raises:
        InputError: it is neither a bool nor a Capture.
    """
    if isinstance(capture, Capture):
        return capture
    if isinstance(capture, bool):
        return Capture() if capture else _NOTHING
    raise InputError(
        f"capture is {capture!r} ({type(capture).__name__}); give True, False, or for example"
        " ridgeline.Capture(console=False).",
        "capture-invalid",
    )

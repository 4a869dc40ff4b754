"""Track, explore, select and merge hundreds of candidate models.

Importing this package loads the standard library alone; each public name is loaded on first use (PEP 562).
"""

from importlib import import_module
from typing import TYPE_CHECKING

from ridgeline.core.version import __version__

if TYPE_CHECKING:
    from ridgeline.core.errors import RidgelineError as RidgelineError
    from ridgeline.query.repo import Repo as Repo
    from ridgeline.record.capture.options import Capture as Capture
    from ridgeline.record.objects import Audio as Audio
    from ridgeline.record.objects import Distribution as Distribution
    from ridgeline.record.objects import Figure as Figure
    from ridgeline.record.objects import Image as Image
    from ridgeline.record.objects import Table as Table
    from ridgeline.record.objects import Text as Text
    from ridgeline.record.run import Run as Run
    from ridgeline.server.notebook import notebook as notebook

_HOMES = {
    "Audio": "ridgeline.record.objects",
    "Capture": "ridgeline.record.capture.options",
    "Distribution": "ridgeline.record.objects",
    "Figure": "ridgeline.record.objects",
    "Image": "ridgeline.record.objects",
    "Repo": "ridgeline.query.repo",
    "RidgelineError": "ridgeline.core.errors",
    "Run": "ridgeline.record.run",
    "Table": "ridgeline.record.objects",
    "Text": "ridgeline.record.objects",
    "notebook": "ridgeline.server.notebook",
}

__all__ = [
    "Audio",
    "Capture",
    "Distribution",
    "Figure",
    "Image",
    "Repo",
    "RidgelineError",
    "Run",
    "Table",
    "Text",
    "__version__",
    "notebook",
]


def __getattr__(name: str) -> object:
    """Load a public name on first use."""
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'ridgeline' has no attribute {name!r}")
    value = getattr(import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)

"""The IPython shell that this program runs in, if any: a notebook, or a terminal."""

import sys
from typing import Any


def notebook_events() -> Any | None:
    """Return what callbacks of IPython are registered at; None outside of IPython."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None and hasattr(ipython, "get_ipython") else None
    return None if shell is None else shell.events

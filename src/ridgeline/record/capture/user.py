"""Who runs this."""

import os
from functools import cache


@cache
def user_name() -> str:
    """Return who runs this; the user id where it has no name, as in some containers."""
    import getpass

    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid()) if hasattr(os, "getuid") else ""

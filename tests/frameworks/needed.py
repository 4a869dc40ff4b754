"""Frameworks are there under `make test-frameworks`, where one that is missing is an error; elsewhere its tests are skipped."""

import os
from importlib import import_module
from importlib.util import find_spec

import pytest


def need(*names):
    """Import frameworks for a test module, or skip it."""
    for name in names:
        if find_spec(name) is None:
            if os.environ.get("RIDGELINE_FRAMEWORKS") == "1":
                raise ModuleNotFoundError(
                    f"{name} is not installed: tests/frameworks/requirements.txt lists it"
                )
            pytest.skip(f"{name} is not installed; run make test-frameworks", allow_module_level=True)
    for name in names:
        import_module(name)

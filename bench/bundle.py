"""What a page of the built UI loads before it runs: its chunk, the shell, and all that they import.

python bench/bundle.py
"""

import gzip
import re
from pathlib import Path

from figures import verdict

STATIC = Path(__file__).parents[1] / "src" / "ridgeline" / "server" / "static"
BAR_KB = 150
IMPORT = re.compile(r"""(?:from|import)\s*["'`]\./([\w.-]+\.js)["'`]""")


def pages(static: Path = STATIC) -> dict[str, set[str]]:
    """The files that each page loads, by its name in ui/src/views."""
    (entry,) = re.findall(r'src="/assets/([\w.-]+\.js)"', (static / "index.html").read_text())
    shell = _closure(static, entry)
    chunks = sorted(path.name for path in (static / "assets").glob("*Page-*.js"))
    return {chunk.partition("-")[0]: shell | _closure(static, chunk) for chunk in chunks}


def gzipped_kb(files: set[str], static: Path = STATIC) -> float:
    return sum(len(gzip.compress((static / "assets" / name).read_bytes(), 9)) for name in files) / 1000


def _closure(static: Path, start: str) -> set[str]:
    """The file and all that it imports before it runs."""
    found: set[str] = set()
    waiting = [start]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += IMPORT.findall((static / "assets" / name).read_text())
    return found


def main() -> None:
    for page, files in pages().items():
        size = gzipped_kb(files)
        print(f"{page:16}{size:7.1f} KB gzipped in {len(files):2} files   {verdict(size, BAR_KB)}")


if __name__ == "__main__":
    main()

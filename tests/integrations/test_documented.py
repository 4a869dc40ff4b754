"""The docs show what each file shows of itself, and every file has a test with the real framework."""

import ast
import re
from pathlib import Path
from textwrap import indent

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
PAGE = (REPOSITORY / "docs" / "howto" / "integrations.md").read_text("utf-8")
BASES = {"__init__", "session", "subsets"}
FILES = {
    path.stem: path
    for path in sorted((REPOSITORY / "src" / "ridgeline" / "integrations").glob("*.py"))
    if path.stem not in BASES
}


def shown(path):
    """The lines of a file's docstring that show its use."""
    text = ast.get_docstring(ast.parse(path.read_text("utf-8")), clean=False)
    blocks = re.findall(r"(?:^    .*\n|^\n)+", text.partition("\n")[2], re.MULTILINE)
    return "\n".join(line[4:] for line in max(blocks, key=len).strip("\n").split("\n"))


@pytest.mark.parametrize("name", FILES)
def test_the_page_shows_how_each_is_used(name):
    lines = shown(FILES[name])
    assert len(lines.split("\n")) <= 7
    assert indent(lines, "    ") in PAGE


@pytest.mark.parametrize("name", FILES)
def test_the_page_lists_each_and_some_suite_trains_with_it(name):
    assert f"| `{name}` |" in PAGE
    module = f'module = "ridgeline.integrations.{name}"'
    tests = [*(REPOSITORY / "tests" / "frameworks").glob("*.py"), *Path(__file__).parent.glob("*.py")]
    assert any(module in test.read_text("utf-8") for test in tests)


def test_the_versions_are_those_that_tests_install():
    installed = (REPOSITORY / "tests" / "frameworks" / "requirements.txt").read_text("utf-8")
    installed += (REPOSITORY / "tests" / "frameworks" / "without-dependencies.txt").read_text("utf-8")
    versions = set(re.findall(r"==([\d.]+)$", installed, re.MULTILINE))
    rows = re.findall(r"^\| [^|]+ \| `\w+` \| [^|]+ \| (.+) \|$", PAGE, re.MULTILINE)
    told = {version for row in rows for version in re.findall(r"\d+\.\d+\.\d+", row)}
    assert len(rows) == len(FILES) + 1  # TensorFlow goes through Keras
    assert told <= versions

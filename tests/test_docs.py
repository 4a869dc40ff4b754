"""What the docs mention exists: files, commands, flags, make targets, links."""

import re
from pathlib import Path

import pytest
import typer

REPOSITORY = Path(__file__).resolve().parents[1]
PAGES = sorted(
    page
    for page in [
        *REPOSITORY.glob("*.md"),
        *(REPOSITORY / "docs").rglob("*.md"),
        *(REPOSITORY / "ui").glob("*.md"),
    ]
    if "node_modules" not in page.parts
)
ids = [str(page.relative_to(REPOSITORY)) for page in PAGES]


@pytest.fixture(scope="module")
def commands():
    from ridgeline.cli.app import app

    return {
        name: _flags(command) | {"--help", "-h"}
        for name, command in typer.main.get_command(app).commands.items()
    }


def _flags(command):
    """The flags of a command, and of those below it."""
    own = {flag for param in command.params for flag in (*param.opts, *param.secondary_opts)}
    return own.union(*(_flags(below) for below in getattr(command, "commands", {}).values()))


@pytest.mark.parametrize("page", PAGES, ids=ids)
def test_links_lead_somewhere(page):
    prose = re.sub(r"`[^`\n]+`|^    .+$", "", page.read_text("utf-8"), flags=re.MULTILINE)
    for target in re.findall(r"\]\(([^)\s]+)\)", prose):
        if not target.startswith(("http://", "https://", "#", "mailto:")):
            assert (page.parent / target.partition("#")[0]).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=ids)
def test_paths_exist(page):
    for path in re.findall(
        r"`((?:src|ui|tests|bench|docs|scripts|examples)/[\w./-]+)`", page.read_text("utf-8")
    ):
        if "static" not in path:  # built, not committed
            assert (REPOSITORY / path).exists(), path


@pytest.mark.parametrize("page", PAGES, ids=ids)
def test_commands_and_flags_exist(page, commands):
    code = re.findall(r"`([^`\n]+)`", page.read_text("utf-8")) + re.findall(
        r"^    (.+)$", page.read_text("utf-8"), re.MULTILINE
    )
    for line in code:
        match = re.match(r"(?:\.venv/bin/)?ridgeline ([a-z]+)\b(.*)", line)
        if match and not line.startswith("ridgeline/"):
            verb, rest = match.groups()
            assert verb in commands, line
            for flag in re.findall(r"(?<!\S)(--[a-z-]+)", rest.partition("#")[0]):
                assert flag in commands[verb], line


@pytest.mark.parametrize("page", PAGES, ids=ids)
def test_make_targets_exist(page):
    targets = set(re.findall(r"^([a-z-]+):", (REPOSITORY / "Makefile").read_text(), re.MULTILINE))
    for target in re.findall(r"(?:^    |`)make ([a-z-]+)", page.read_text("utf-8"), re.MULTILINE):
        assert target in targets, target

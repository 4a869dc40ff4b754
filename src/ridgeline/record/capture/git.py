"""The state of the code, as git knows it."""

import os
from collections.abc import Callable
from functools import cache

from ridgeline.core.values import Json
from ridgeline.record.boundary import Boundary
from ridgeline.record.capture.secrets import mask_secrets

_TIMEOUT_SECS = 10.0
# Longer diffs become a blob, which the runs of one sweep share; far longer ones are generated files that nobody meant to commit.
_INLINE_LIMIT_BYTES = 4 << 10
_DIFF_LIMIT_BYTES = 8 << 20


def git_facts(folder: str, put_blob: Callable[[bytes], str], boundary: Boundary) -> dict[str, Json] | None:
    """Return branch, commit, remote, dirty and diff of the repository around `folder`; None where there is none.

    `dirty` counts changes to tracked files, staged or not; `untracked` names files that git does not know, at most 100.
    """
    commit = _git(folder, "rev-parse", "HEAD")
    if commit is None:
        return None
    branch = _git(folder, "symbolic-ref", "--short", "-q", "HEAD")
    remote = _git(folder, "config", "--get", "remote.origin.url")
    diff = _without_secrets(_git_bytes(folder, "diff", "HEAD", "--no-color", "--no-ext-diff") or b"")
    untracked = (_git(folder, "ls-files", "--others", "--exclude-standard") or "").splitlines()
    facts: dict[str, Json] = {
        "branch": branch,
        "commit": commit,
        "remote": mask_secrets(remote) if remote else None,
        "dirty": bool(diff),
        "untracked": list(untracked[:100]),
    }
    if len(diff) > _DIFF_LIMIT_BYTES:
        boundary.report(
            "git-diff-too-large", f"The git diff of {len(diff)} bytes is not recorded; commit or ignore files"
        )
    elif diff:
        text = diff.decode(errors="replace")
        facts["diff"] = text if len(diff) <= _INLINE_LIMIT_BYTES else {"blob": put_blob(diff)}
    return facts


def _without_secrets(diff: bytes) -> bytes:
    """Return the diff with keys and passwords masked; all else byte by byte as it was, whatever its encoding."""
    if len(diff) > _DIFF_LIMIT_BYTES:  # not recorded
        return diff
    return mask_secrets(diff.decode(errors="surrogateescape")).encode(errors="surrogateescape")


def _git(folder: str, *arguments: str) -> str | None:
    answer = _git_bytes(folder, *arguments)
    return None if answer is None else answer.decode(errors="replace").strip()


@cache
def _git_bytes(folder: str, *arguments: str) -> bytes | None:
    """Return what git prints, None where it fails. Once in a process: the code that runs was loaded when it began."""
    import subprocess

    environment = {**os.environ, "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
    try:
        done = subprocess.run(
            ["git", "-C", folder, *arguments],
            capture_output=True,
            check=False,
            env=environment,
            stdin=subprocess.DEVNULL,
            timeout=_TIMEOUT_SECS,
        )
    except FileNotFoundError:
        return None
    return done.stdout if done.returncode == 0 else None

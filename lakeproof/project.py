"""The project's own folder and environment: where the jars lie, which code and which packages run."""

import hashlib
import platform
import subprocess
import sys
from functools import cache
from pathlib import Path

from lineage.recorder import Environment

ROOT = Path(__file__).resolve().parent.parent
JARS = ROOT / ".jars"


@cache
def environment() -> Environment:
    """The environment as every run states it. The code is a git commit, `+dirty` when the tree differs from it."""
    lock = ROOT / "requirements.lock"
    return Environment(
        code=code_commit(ROOT),
        lock_sha256=hashlib.sha256(lock.read_bytes()).hexdigest() if lock.exists() else "unknown",
        python=platform.python_version(),
        platform=f"{platform.system()} {platform.machine()}",
    )


def code_commit(root: Path) -> str:
    """`<commit>` or `<commit>+dirty` of the git checkout at root; `unknown` where there is none."""
    commit = _git(root, "rev-parse", "HEAD")
    if commit is None:
        return "unknown"
    return f"{commit}+dirty" if _git(root, "status", "--porcelain") else commit


def python() -> str:
    """The interpreter that processes of our own are started with."""
    return sys.executable


def _git(root: Path, *arguments: str) -> str | None:
    try:
        done = subprocess.run(
            ["git", "-C", str(root), *arguments], capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return done.stdout.strip()

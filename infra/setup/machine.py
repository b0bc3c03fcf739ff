"""The machine underneath: running programs, asking the distribution for a package, talking to the person."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def say(text: str) -> None:
    """One line of progress."""
    print(f"set-up: {text}", flush=True)


def stop(problem: str, next_move: str) -> SystemExit:
    """The one clear message a set-up that cannot go on ends with."""
    return SystemExit(f"set-up: {problem}\n        {next_move}")


def succeeds(command: Sequence[str | Path], environment: Mapping[str, str] | None = None) -> bool:
    """Run a program with its output on the terminal; tell whether it ended well."""
    merged = {**os.environ, **(environment or {})}
    try:
        return subprocess.run(command, env=merged, stdin=subprocess.DEVNULL, check=False).returncode == 0
    except OSError:
        return False


def output(command: Sequence[str | Path]) -> str | None:
    """What a program prints on both streams, or None where it cannot be run or fails."""
    try:
        done = subprocess.run(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return done.stdout


def apt_install(*names: str) -> bool:
    """Install packages of the distribution where we may: as root, or by sudo without a password."""
    if shutil.which("apt-get") is None:
        return False
    prefix = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if prefix and output([*prefix, "true"]) is None:
        return False
    say(f"installing {' '.join(names)} from the distribution's packages")
    # `env` because sudo passes no environment on; the timeout waits for another apt to finish.
    apt = [
        *prefix,
        "env",
        "DEBIAN_FRONTEND=noninteractive",
        "apt-get",
        "-qq",
        "-o",
        "DPkg::Lock::Timeout=300",
    ]
    steps = (["update"], ["install", "--no-install-recommends", *names])
    return all(_quietly([*apt, *step]) for step in steps)


def _quietly(command: Sequence[str]) -> bool:
    """Run a program that talks much: only its complaints reach the terminal."""
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=False)
    return done.returncode == 0

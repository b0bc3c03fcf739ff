"""The virtual environment: a suitable Python, exactly the packages of the lock file, the project itself."""

from __future__ import annotations

import hashlib
import re
import shutil
import sys
from pathlib import Path

from .machine import ROOT, apt_install, output, say, stop, succeeds

VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOCK = ROOT / "requirements.lock"
STAMP = VENV / "set-up.stamp"
SUPPORTED = ("3.11", "3.12", "3.13")
# What must be there before the rest: the installer, and the builder of the two packages that come as source.
FIRST = ("uv", "setuptools")


def ensure() -> str:
    """Have the environment that the lock file and pyproject.toml describe."""
    wanted = f"{ROOT}\n{_digest(LOCK)}\n{_digest(ROOT / 'pyproject.toml')}\n"
    stamp = STAMP.read_text(encoding="utf-8") if STAMP.exists() else ""
    # Scripts name the interpreter by its full path: a folder that was moved needs a new environment.
    usable = stamp.startswith(f"{ROOT}\n") and _version(PYTHON) in SUPPORTED
    if stamp != wanted or not usable:
        # From here to the new stamp the environment counts as broken: an interrupted set-up starts over.
        STAMP.unlink(missing_ok=True)
        if not usable:
            _make_venv()
        _install_lock()
        _install_project()
        STAMP.write_text(wanted, encoding="utf-8")
    return f"Python {_version(PYTHON)} with {len(_locked())} packages"


def read_lock(text: str) -> dict[str, str]:
    """Each package of a lock file with its whole entry: version, marker, hashes."""
    entries = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)
    return {entry.split("==")[0]: entry for entry in entries if "==" in entry}


def _locked() -> dict[str, str]:
    return read_lock(LOCK.read_text(encoding="utf-8"))


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _version(python: str | Path) -> str | None:
    """Which Python a name runs; None where it runs none, as a version manager's shim may."""
    text = output([python, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"])
    return None if text is None else text.strip()


def _make_venv() -> None:
    python = _find_python()
    say(f"making .venv with {python}")
    if output([python, "-c", "import ensurepip, venv"]) is None:
        _add_venv_module(python)
    if not succeeds([python, "-m", "venv", "--clear", VENV]):
        raise stop(f"{python} cannot make a virtual environment.", "Its own message above says why.")


def _find_python() -> str:
    for candidate in (sys.executable, *(f"python{version}" for version in reversed(SUPPORTED))):
        if _version(candidate) in SUPPORTED:
            return shutil.which(candidate) or candidate
    raise stop(
        f"Python {', '.join(SUPPORTED)} are supported, and python3 here is {_version(sys.executable)}.",
        f"Install one of them beside it (for example python{SUPPORTED[-1]}) and start again.",
    )


def _add_venv_module(python: str) -> None:
    """Debian keeps ensurepip in a package of its own."""
    package = f"python{_version(python)}-venv"
    if not apt_install(package):
        raise stop(
            f"{python} has no venv module, and {package} cannot be installed here.",
            f"Install it (sudo apt-get install {package}) and start again.",
        )


def _install_lock() -> None:
    locked = _locked()
    say(f"installing {len(locked)} packages from {LOCK.name}")
    first = VENV / "first.lock"
    first.write_text("".join(locked[name] for name in FIRST), encoding="utf-8")
    if not _pip("--require-hashes", "--no-deps", "-r", first):
        raise stop("pip could not install the first packages.", "Its message above says why.")
    talk = () if sys.stderr.isatty() else ("--quiet",)
    # Compiled now: some machines never let Python keep bytecode, and every process would compile its imports again.
    sync: list[str | Path] = [VENV / "bin" / "uv", "pip", "sync", "--python", PYTHON]
    sync += ["--require-hashes", "--compile-bytecode"]
    # The machine's certificates first: a company's proxy is in no other list. Then those that uv brings.
    if any(succeeds([*sync, "--no-build-isolation", *talk, LOCK], c) for c in ({"UV_SYSTEM_CERTS": "1"}, {})):
        return
    say("uv could not do it; trying pip, which is slower")
    if not _pip("--require-hashes", "--no-deps", "--no-build-isolation", "-r", LOCK):
        raise stop("the packages could not be installed.", "See above why; starting again is safe.")


def _install_project() -> None:
    if not _pip("--no-index", "--no-deps", "--no-build-isolation", "--editable", ROOT):
        raise stop("the project itself could not be installed.", "pip's message above says why.")


def _pip(*arguments: str | Path) -> bool:
    return succeeds([PYTHON, "-m", "pip", "--disable-pip-version-check", "--quiet", "install", *arguments])

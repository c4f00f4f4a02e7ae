"""What the browser tests need of the machine. `python -m tests.browser.chromium` names the packages that lack."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find_chromium() -> str | None:
    """The path in CHROMIUM, else the first browser on the PATH, else None."""
    if given := os.environ.get("CHROMIUM"):
        return given
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def driver_starts() -> bool:
    """Playwright steers the browser by a program of its own; a bare Debian lacks a library of that."""
    asked = [sys.executable, "-m", "playwright", "--version"]
    return subprocess.run(asked, capture_output=True, check=False).returncode == 0


def lacking() -> list[str]:
    """Debian's packages without which the browser tests cannot run."""
    return ["chromium"] * (find_chromium() is None) + ["libatomic1"] * (not driver_starts())


if __name__ == "__main__":
    sys.stdout.write(" ".join(lacking()))

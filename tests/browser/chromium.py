"""What the browser tests need of the machine.

`python -m tests.browser.chromium` names the packages that lack, `... best` also the one with which they are soonest done.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

BEST = "chromium-headless-shell"
"""Debian's Chromium without windows shows the same pages for two thirds of the work."""
NAMES = (BEST, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find_chromium() -> str | None:
    """The path in CHROMIUM, else the first browser on the PATH, else None."""
    if given := os.environ.get("CHROMIUM"):
        return given
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def driver_starts() -> bool:
    """Playwright steers the browser by a program of its own; a bare Debian lacks a library of that."""
    asked = [sys.executable, "-m", "playwright", "--version"]
    return subprocess.run(asked, capture_output=True, check=False).returncode == 0


def lacking(*, best: bool = False) -> list[str]:
    """Debian's packages without which the browser tests cannot run; with `best` any browser but the first choice lacks."""
    browser = find_chromium()
    if best and "CHROMIUM" not in os.environ:
        browser = shutil.which(BEST)
    return [BEST] * (browser is None) + ["libatomic1"] * (not driver_starts())


if __name__ == "__main__":
    sys.stdout.write(" ".join(lacking(best="best" in sys.argv)))

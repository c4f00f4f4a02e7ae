"""Finds the system's Chromium. `python -m tests.browser.chromium` prints its path, or fails."""

from __future__ import annotations

import os
import shutil
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find_chromium() -> str | None:
    """The path in CHROMIUM, else the first browser on the PATH, else None."""
    if given := os.environ.get("CHROMIUM"):
        return given
    return next((path for name in NAMES if (path := shutil.which(name))), None)


if __name__ == "__main__":
    path = find_chromium()
    sys.stdout.write(f"{path}\n" if path else "")
    sys.exit(path is None)

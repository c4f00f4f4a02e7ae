"""Copy the pinned front-end packages into the repository.

Run `python scripts/vendor_frontend.py` after changing PACKAGES. It packs each exact version with npm, refuses a
package whose integrity differs from the pin, copies only the named files with their licence, and writes a
SHA256SUMS and a NOTICES.md beside them. `tests/web/test_vendor.py` recomputes the sums.
"""

import base64
import hashlib
import shutil
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STATIC = ROOT / "portal" / "static" / "vendor"
FOR_TESTS = ROOT / "tests" / "browser" / "vendor"


@dataclass(frozen=True)
class Package:
    """One npm package: where it goes and which of its files are taken along."""

    npm_name: str
    version: str
    integrity: str
    licence: str
    target: Path
    folder: str
    files: tuple[str, ...]

    @property
    def destination(self) -> Path:
        return self.target / self.folder / self.version


PACKAGES = (
    Package(
        npm_name="@utrecht/component-library-css",
        version="9.0.4",
        integrity="sha512-gVA7D6GfP9/+fzehkYLSBR+0UPUTA97PZmgvTYQE88lPQhHGMlUk8FjmCpLKRsRC9hAYd32JuF/KzG6fmBfjJA==",
        licence="EUPL-1.2",
        target=STATIC,
        folder="utrecht",
        files=("dist/index.css", "LICENSE.md"),
    ),
    Package(
        npm_name="@fontsource-variable/source-sans-3",
        version="5.3.0",
        integrity="sha512-dpi0GZk7EQe2tYpg6Q0Fx0OmUgnuGu+0rHPgtXqtKhglYmJuP7jZ12Mu1uN+NfRaJRY1Emn8AQJEWzmoZ4wa9g==",
        licence="OFL-1.1",
        target=STATIC,
        folder="source-sans-3",
        files=(
            "files/source-sans-3-latin-wght-normal.woff2",
            "files/source-sans-3-latin-ext-wght-normal.woff2",
            "LICENSE",
        ),
    ),
    Package(
        npm_name="htmx.org",
        version="4.0.1",
        integrity="sha512-oF7JgXhDW9UXCy/k1ZYFUQgzu/rm19ORWPSPNL91vPluB2PB9+MV55tyQdH/w7o2EAbTYUG5SDW1R60mdkdqGg==",
        licence="0BSD",
        target=STATIC,
        folder="htmx",
        files=("dist/htmx.min.js", "LICENSE"),
    ),
    Package(
        npm_name="axe-core",
        version="4.14.1",
        integrity="sha512-FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ==",
        licence="MPL-2.0",
        target=FOR_TESTS,
        folder="axe-core",
        files=("axe.min.js", "LICENSE", "LICENSE-3RD-PARTY.txt"),
    ),
)


def pack(package: Package, workdir: Path) -> Path:
    """Return the package's archive; raises ValueError when it is not the pinned one."""
    answer = subprocess.run(
        ["npm", "pack", "--silent", f"{package.npm_name}@{package.version}"],
        cwd=workdir,
        check=True,
        capture_output=True,
        text=True,
    )
    archive = workdir / answer.stdout.strip().splitlines()[-1]
    digest = hashlib.sha512(archive.read_bytes()).digest()
    if f"sha512-{base64.b64encode(digest).decode()}" != package.integrity:
        raise ValueError(f"{package.npm_name} {package.version} differs from the pinned integrity")
    return archive


def copy_files(package: Package, archive: Path) -> None:
    """Unpack only the named files, flat, into the package's versioned folder."""
    shutil.rmtree(package.target / package.folder, ignore_errors=True)
    package.destination.mkdir(parents=True)
    with tarfile.open(archive) as packed:
        for name in package.files:
            content = packed.extractfile(f"package/{name}")
            if content is None:
                raise ValueError(f"{package.npm_name} {package.version} has no file {name}")
            (package.destination / Path(name).name).write_bytes(content.read())


def sums(target: Path) -> dict[str, str]:
    """SHA-256 of every vendored file under target, by its path relative to target."""
    return {
        path.relative_to(target).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(target.rglob("*"))
        if path.is_file() and path.parent != target
    }


def write_lists(target: Path) -> None:
    """Write SHA256SUMS (readable by `sha256sum -c`) and NOTICES.md for one vendor folder."""
    lines = [f"{digest}  {name}\n" for name, digest in sums(target).items()]
    (target / "SHA256SUMS").write_text("".join(lines), encoding="utf-8")
    notices = ["# Notices\n\n", "Third-party files, unmodified. The licence text is beside each of them.\n\n"]
    notices += ["| Package | Version | Licence | Folder |\n", "|---|---|---|---|\n"]
    notices += [
        f"| {package.npm_name} | {package.version} | {package.licence} | `{package.folder}/{package.version}` |\n"
        for package in PACKAGES
        if package.target == target
    ]
    (target / "NOTICES.md").write_text("".join(notices), encoding="utf-8")


def main() -> None:
    with tempfile.TemporaryDirectory() as scratch:
        for package in PACKAGES:
            copy_files(package, pack(package, Path(scratch)))
            print(f"{package.npm_name} {package.version}")
    for target in (STATIC, FOR_TESTS):
        write_lists(target)


if __name__ == "__main__":
    main()

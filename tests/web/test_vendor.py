"""The vendored front-end files are what `vendor.json` says they are."""

import hashlib
import json
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = (ROOT / "livebot/web/static/vendor", Path(__file__).parent / "vendor")


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.parent.name)
def test_every_vendored_file_has_the_hash_it_should(folder):
    """No file was changed by hand, none is missing, none is extra."""
    listed = {name: digest for package in json.loads((folder / "vendor.json").read_text()) for name, digest in package["files"].items()}
    there = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir() if path.name != "vendor.json"}
    assert there == listed


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.parent.name)
def test_every_vendored_package_comes_with_its_licence(folder):
    """Each package names its version and licence, and its licence's text is there."""
    for package in json.loads((folder / "vendor.json").read_text()):
        assert package["version"]
        assert package["licence"] in ("MIT", "Apache-2.0", "ISC", "MPL-2.0")
        assert [name for name in package["files"] if name.endswith("LICENSE.txt")]


def test_the_pages_import_nothing_from_elsewhere():
    """Every import in the pages' modules is relative: nothing is fetched from another host."""
    import re

    static = FOLDERS[0].parent
    for module in static.rglob("*.mjs"):
        for name in re.findall(r"""(?:\bfrom|\bimport)\s*\(?["']([^"']+)["']""", module.read_text("utf-8")):
            assert name.startswith("./") or name.startswith("../"), f"{module.name} imports {name}"

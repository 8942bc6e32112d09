"""What is packaged: the wheel has the built console and nothing of its sources, and is made from the sdist alone."""

import json
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from tests.consoles import CONSOLE_PATHS, write_console

HERE = Path(__file__).parents[2]
ASK = """
import json, sys
sys.path.insert(0, sys.argv[1])
from services.console.assets import BUILT, read_assets
print(json.dumps({"folder": str(BUILT), "paths": [asset.path for asset in read_assets(BUILT)]}))
"""
SOURCE = "services/console/app/src/made_up.tsx"
DEPENDENCY = "services/console/app/node_modules/made-up/index.js"


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sdist and the wheel of this checkout, with a console that was built and one dependency installed."""
    folder = tmp_path_factory.mktemp("packages")
    checkout = _copied(folder / "checkout")
    shutil.rmtree(checkout / "services" / "console" / "dist", ignore_errors=True)
    write_console(checkout / "services" / "console")
    for name in (SOURCE, DEPENDENCY):
        (checkout / name).parent.mkdir(parents=True, exist_ok=True)
        (checkout / name).write_text("export {}")
    subprocess.run([sys.executable, "-m", "build", "--outdir", str(folder), str(checkout)], check=True, timeout=280)
    return folder


def _copied(target: Path) -> Path:
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=HERE, check=True, capture_output=True, text=True).stdout
    for name in [name for name in listed.split("\0") if (HERE / name).is_file()]:
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(HERE / name, target / name)
    return target


@pytest.mark.timeout(300)
def test_an_installed_wheel_has_the_page_and_its_assets(packages: Path, tmp_path: Path) -> None:
    (wheel,) = packages.glob("*.whl")
    with zipfile.ZipFile(wheel) as opened:
        opened.extractall(tmp_path)
    answer = subprocess.run(
        [sys.executable, "-c", ASK, str(tmp_path)], cwd=tmp_path, check=True, capture_output=True, text=True
    )
    found = json.loads(answer.stdout)
    assert Path(found["folder"]) == tmp_path / "services" / "console" / "dist"
    assert set(found["paths"]) == CONSOLE_PATHS


@pytest.mark.timeout(300)
def test_the_sources_of_the_console_are_in_the_sdist_and_not_in_the_wheel(packages: Path) -> None:
    (wheel,), (sdist,) = packages.glob("*.whl"), packages.glob("*.tar.gz")
    with zipfile.ZipFile(wheel) as opened:
        installed = opened.namelist()
    with tarfile.open(sdist) as opened_sdist:
        sources = [name.partition("/")[2] for name in opened_sdist.getnames()]
    assert "services/console/mounting.py" in installed
    assert [name for name in installed if "console/app" in name or "node_modules" in name] == []
    assert SOURCE in sources
    assert "services/console/dist/index.html" in sources
    assert DEPENDENCY not in sources

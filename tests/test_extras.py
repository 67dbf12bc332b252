"""The command that messages give for a missing extra installs it, into the environment that runs."""

import importlib.metadata
import re
import shutil
import subprocess
import sys
import venv
from pathlib import Path
from zipfile import ZipFile

import pytest

from nhsa_nlp.extras import how_to_install
from tests.paths import ROOT

EXTRAS = set(importlib.metadata.metadata("nhsa-nlp").get_all("Provides-Extra") or ())
SAY = (
    "import sys; sys.path.insert(0, {!r}); "
    "from nhsa_nlp.extras import how_to_install; print(how_to_install('own'))"
)
METADATA = (
    "Metadata-Version: 2.1\nName: nhsa-nlp\nVersion: 9.9\nProvides-Extra: own\n"
    "Requires-Dist: added; extra == 'own'\n"
)


def test_every_extra_that_the_code_names_exists() -> None:
    named = set()
    for path in (ROOT / "nhsa_nlp").rglob("*.py"):
        text = path.read_text("utf-8")
        named |= set(re.findall(r"how_to_install\([\"'](\w+)[\"']\)", text)) | set(
            re.findall(r"nhsa-nlp\[(\w+)\]", text)
        )
    assert named >= {"compare", "desk", "ocr", "ray", "report"}
    assert named <= EXTRAS


@pytest.mark.parametrize("with_pip", [True, False])
def test_the_command_adds_to_what_is_installed(tmp_path: Path, with_pip: bool) -> None:
    # No index: the installed package, which is on none, has to stand for itself.
    if not with_pip and shutil.which("uv") is None:
        pytest.skip("needs uv: pip install uv")
    folder = tmp_path / "an environment"
    venv.create(folder, with_pip=with_pip)
    python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    ask = [str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    packages = Path(subprocess.run(ask, capture_output=True, text=True, check=True).stdout.strip())
    installed = packages / "nhsa_nlp-9.9.dist-info"
    installed.mkdir()
    (installed / "METADATA").write_text(METADATA)
    (installed / "RECORD").write_text("")
    source = tmp_path / "added"
    source.mkdir()
    make_wheel(source)
    say = [str(python), "-c", SAY.format(str(ROOT))]
    command = subprocess.run(say, capture_output=True, text=True, check=True).stdout.strip()
    done = subprocess.run(  # noqa: S602 - as a person pastes it
        f"{command} --no-index --find-links {source}",
        shell=True,
        capture_output=True,
        text=True,
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert (packages / "added.py").exists()


def make_wheel(folder: Path) -> None:
    with ZipFile(folder / "added-1.0-py3-none-any.whl", "w") as wheel:
        info = "added-1.0.dist-info"
        wheel.writestr("added.py", "")
        wheel.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: added\nVersion: 1.0\n")
        wheel.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr(f"{info}/RECORD", "")


def test_it_names_the_python_that_runs() -> None:
    assert sys.executable in how_to_install("ocr")

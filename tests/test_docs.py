"""What the pages under docs/ show is executed, and the site is built without a complaint."""

import os
import pkgutil
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer

from nhsa_nlp import __version__
from nhsa_nlp.cli.app import app
from tests.browser import launched, needs_browser
from tests.documentation import blocks, is_run, languages, run_page, workplace
from tests.paths import ROOT

PAGES = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").rglob("*.md"))
# A translation shows what its source shows, which is run once.
TRANSLATIONS = {page: page.replace(".zh.md", ".md") for page in PAGES if page.endswith(".zh.md")}
SOURCES = [page for page in PAGES if page not in TRANSLATIONS]
TEXTS = [*PAGES, "README.md", "README.zh-CN.md", "CONTRIBUTING.md"]
COMMANDS: dict[str, Any] = typer.main.get_command(app).commands  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "page",
    [
        pytest.param(page, marks=pytest.mark.slow if blocks(page, "console") else ())
        for page in filter(is_run, SOURCES)
    ],
)
def test_a_page_gives_what_it_shows_in_the_order_in_which_it_is_read(page: str, tmp_path: Path) -> None:
    complaints, count = run_page(page, workplace(tmp_path))
    assert count
    assert not complaints, "\n".join(complaints)


@pytest.mark.parametrize("page", [page for page in PAGES if "/tutorials/" in page])
def test_every_block_of_a_tutorial_is_run(page: str) -> None:
    assert languages(page) <= {"console", "python"}
    assert all(">>>" in block for block in blocks(page, "python"))


@pytest.mark.parametrize("page", TRANSLATIONS)
def test_translations_show_the_same_commands_and_examples(page: str) -> None:
    assert languages(page) == languages(TRANSLATIONS[page])
    for language in ("sh", "console", "python"):
        assert blocks(page, language) == blocks(TRANSLATIONS[page], language)


def test_python_examples_without_prompts_are_python() -> None:
    for page in TEXTS:
        for block in blocks(page, "python"):
            if ">>>" not in block:
                compile(block, page, "exec")


@pytest.mark.parametrize("page", TEXTS)
def test_commands_and_options_that_are_named_exist(page: str) -> None:
    text = (ROOT / page).read_text("utf-8")
    shown = re.findall(r"nhsa-nlp [^`\n]*", text)
    for line in shown:
        try:
            words = shlex.split(line.split("|")[0].split(">")[0].replace("\\", ""), comments=True)
        except ValueError:  # a quotation mark of the prose
            continue
        if len(words) < 2 or not re.fullmatch("[a-z][a-z-]+", words[1]) or words[1] not in COMMANDS:
            continue
        command = COMMANDS[words[1]]
        command = getattr(command, "commands", {}).get("".join(words[2:3]), command)
        known = {
            option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)
        }
        given = {word.split("=")[0] for word in words[2:] if re.fullmatch(r"--?[a-z][a-z-]*(=.*)?", word)}
        assert given <= known | {"--help", "--debug", "-h"}, line


@pytest.mark.parametrize(
    "page", [*TEXTS, "CHANGELOG.md", *(f"{path}/README.md" for path in ("benchmarks", "training/data"))]
)
def test_names_and_files_of_the_package_exist(page: str) -> None:
    text = (ROOT / page).read_text("utf-8")
    for name in re.findall(r"\bnhsa_nlp(?:\.\w+)+", text):
        pkgutil.resolve_name(name)
    for path in re.findall(r"\b(?:nhsa_nlp|tests|docs|benchmarks)/[\w/.-]+\.(?:py|md|txt|tsv)\b", text):
        assert (ROOT / path).exists(), path


def test_commands_in_code_exist() -> None:
    for page in TEXTS:
        for name in re.findall(r"^(?:\$ )?nhsa-nlp ([a-z][a-z-]*)", "\n".join(code(page)), re.MULTILINE):
            assert name in COMMANDS, f"{page}: nhsa-nlp {name}"


def code(page: str) -> list[str]:
    return [block for language in ("sh", "console", "") for block in blocks(page, language)]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of all versions: an older one, something else, and the one that is built here."""
    folder = tmp_path_factory.mktemp("site")
    for name, file in (("0.1.0", "index.html"), ("0.0.9", "index.html"), ("notes", "todo.txt")):
        (folder / name).mkdir()
        (folder / name / file).write_text(name, "utf-8")
    built = subprocess.run(
        [sys.executable, "docs/build.py", folder],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env={**os.environ, "TMPDIR": str(folder / "notes")},
    )
    assert built.returncode == 0, built.stderr
    assert not built.stderr
    return folder


@pytest.mark.slow
def test_the_site_is_whole_and_fetches_nothing(site: Path) -> None:
    here = site / __version__
    assert [path.name for path in (site / "notes").iterdir()] == ["todo.txt"]
    reference = (here / "docs/reference/commands.html").read_text("utf-8")
    assert all(f'id="nhsa-nlp-{name}"' in reference for name in COMMANDS)
    assert 'id="cmdoption-nhsa-nlp-label-workers"' in reference
    assert 'id="nhsa_nlp.topic.classifier.TopicClassifier.fit"' in (here / "docs/api/topic.html").read_text(
        "utf-8"
    )
    pages = list(here.rglob("*.html"))
    assert len(pages) > len(PAGES)
    for page in pages:
        # Nothing comes from elsewhere: no font, script, style or picture.
        html = page.read_text("utf-8")
        assert not re.search(r"<(?:script|img|iframe)[^>]*src=\"?(?:https?:)?//", html), page
        assert not re.search(
            r"<link[^>]*rel=\"?(?:stylesheet|preconnect|prefetch)[^>]*href=\"?(?:https?:)?//", html
        ), page
    for style in here.rglob("*.css"):
        assert not re.search(r"(?:url\(|@import)\s*[\"']?(?:https?:)?//", style.read_text("utf-8")), style


@pytest.mark.slow
@needs_browser
def test_words_are_found_and_versions_switched_without_a_server(site: Path) -> None:
    here = site / __version__
    with launched() as browser:
        page = browser.new_page()
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        for query, expected in (
            ("案由类别编号", "tutorials/triage.zh.html"),
            ("near-duplicate", "docs/label-audit.html"),
            ("--retry-failed", "reference/commands.html"),
        ):
            page.goto(f"{(here / 'search.html').as_uri()}?q={query}")
            page.locator("#search-results li a").first.wait_for()
            found = page.locator("#search-results li a").evaluate_all("links => links.map(link => link.href)")
            assert any(expected in link for link in found), (query, found)
        page.goto((site / "index.html").as_uri())
        page.wait_for_url(f"**/{__version__}/docs/index.html")
        versions = page.get_by_label("Version")
        assert versions.locator("option").all_text_contents() == [__version__, "0.1.0", "0.0.9"]
        versions.select_option("0.1.0")
        page.wait_for_url("**/0.1.0/index.html")
        assert not errors

"""What the documents tell a reader to type is typed, and what they say comes out must come out."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from doc_pages import ROOT, Block, Page, linking_pages, pages
from doc_shell import PageShell, expression, steps

from probanda.faces.cli.verbs import names

RUN = {"console", "sh", "python"}
SHOWN = {"text", "json"}  # what a file or a screen looks like; nothing to run
FOR_USERS = ("README.md", "docs/start/", "docs/tasks/", "docs/why/")
LISTED = ("docs/start/", "docs/tasks/", "docs/why/", "docs/reference/")
MAX_COLUMNS = 160

# Blocks that no test can run, by page: how many, and nothing beyond.
NOT_RUN = {
    "README.md": 2,  # one's own material asks for a passphrase; a package of one's own
    "docs/start/tutorial.md": 1,  # makes the environment that runs this
    "docs/tasks/keep-and-restore-a-base.md": 1,  # needs a second machine
    "docs/tasks/two-agents.md": 1,  # asks for a passphrase
    "docs/why/what-a-proof-shows.md": 1,  # a package of one's own
}


@pytest.fixture
def folder() -> Iterator[Path]:
    """Short, as people's folders are: pytest's own are longer than the name of a socket may be."""
    with tempfile.TemporaryDirectory(prefix="docs-") as made:
        yield Path(made)


def runnable(page: Page) -> list[Block]:
    return [one for one in page.blocks() if one.kind in RUN and one.reason_not_run is None]


def not_run(page: Page) -> list[str]:
    return [one.reason_not_run for one in page.blocks() if one.reason_not_run is not None]


def named(page: Page) -> str:
    return page.name


for_users = pytest.mark.parametrize(
    "page", [one for one in pages() if one.name.startswith(FOR_USERS)], ids=named
)


@pytest.mark.slow
@pytest.mark.parametrize("page", [one for one in pages() if runnable(one)], ids=named)
def test_what_a_page_tells_its_reader_to_type_does_what_it_says(page: Page, folder: Path) -> None:
    with PageShell(folder) as shell:
        for block in runnable(page):
            for step in steps(block):
                shell.run(step)


@pytest.mark.parametrize("page", pages(), ids=named)
def test_every_block_says_what_it_is(page: Page) -> None:
    unknown = [(one.line, one.kind) for one in page.blocks() if one.kind not in RUN | SHOWN]

    assert unknown == []


def test_the_blocks_that_are_not_run_are_few_and_have_a_reason() -> None:
    marked = {page.name: not_run(page) for page in pages() if not_run(page)}

    assert all(reason for reasons in marked.values() for reason in reasons)
    assert {name: len(reasons) for name, reasons in marked.items()} == NOT_RUN


@for_users
def test_no_command_hides_in_an_indented_block(page: Page) -> None:
    hidden = re.findall(r"\n\n    (?!make )\S.*", page.prose)

    assert hidden == []


@pytest.mark.parametrize("page", linking_pages(), ids=named)
def test_every_link_leads_somewhere(page: Page) -> None:
    broken = [one for one in page.links() if not _leads(page, one)]

    assert broken == []


def _leads(page: Page, link: str) -> bool:
    name, _, anchor = link.partition("#")
    target = (page.path.parent / name).resolve() if name else page.path
    if not target.exists():
        return False
    return not anchor or anchor in Page(target).anchors()


def test_every_verb_has_a_place_in_the_lesson_or_the_tasks() -> None:
    told = "".join(page.text for page in pages() if page.name.startswith(("docs/start/", "docs/tasks/")))

    missing = [name for name in names() if not re.search(rf"probanda {name}\b", told)]

    assert missing == []


def test_every_page_can_be_found_from_the_list_of_documents() -> None:
    listed = {
        (ROOT / "docs" / one.partition("#")[0]).resolve() for one in Page(ROOT / "docs/README.md").links()
    }
    wanted = [page for page in pages() if page.name.startswith(LISTED)]

    assert [page.name for page in wanted if page.path not in listed] == []


@for_users
def test_lines_can_be_read_as_plain_text(page: Page) -> None:
    long = [line for line in page.prose.splitlines() if len(line) > MAX_COLUMNS and not line.startswith("|")]

    assert long == []


def test_three_dots_stand_for_what_varies_and_for_nothing_else() -> None:
    shown = expression(["entry ..., stated", "...", "end"])

    assert re.fullmatch(shown, "entry 12, stated\none\ntwo\nend\n")
    assert re.fullmatch(shown, "entry 12, stated\nend\n")
    assert not re.fullmatch(shown, "entry 12, stated\none\n")
    assert not re.fullmatch(shown, "entry 12\nend\n")


def test_a_command_that_fails_on_a_page_is_noticed(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("```console\n$ false\n```\n\n```sh\nfalse\ntrue\n```\n")

    with PageShell(tmp_path) as shell:
        for block in Page(page).blocks():
            with pytest.raises(AssertionError, match="ended with 1"):
                shell.run(steps(block)[0])


def test_a_failure_that_a_page_asks_about_is_shown(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("```console\n$ sh -c 'exit 6'\n$ echo $?\n6\n```\n")

    with PageShell(tmp_path) as shell:
        for step in steps(Page(page).blocks()[0]):
            shell.run(step)


def test_other_output_than_a_page_shows_is_noticed(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("```console\n$ echo one\ntwo\n```\n")

    with PageShell(tmp_path) as shell, pytest.raises(AssertionError, match="the page says"):
        shell.run(steps(Page(page).blocks()[0])[0])

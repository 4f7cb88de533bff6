"""The reference is what the program does: pages made from it are current, JSON has the fields it tells."""

import re
import runpy
from pathlib import Path

import pytest

from person import Person
from probanda.demonstration.authority import DemonstrationAuthority

ROOT = Path(__file__).parents[3]
REFERENCE = ROOT / "docs" / "reference"
FORMAT = re.compile(r"probanda-[a-z]+/\d+")

pytestmark = pytest.mark.slow


def documented():
    """Fields by format, from the tables of the page."""
    sections = re.split(r"^## ", (REFERENCE / "json.md").read_text(), flags=re.MULTILINE)[1:]
    found = {}
    for section in sections:
        name, _, text = section.partition("\n")
        if FORMAT.fullmatch(name):
            found[name] = set(re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE))
    return found


def test_the_pages_made_from_the_program_are_current():
    made = runpy.run_path(str(ROOT / "scripts" / "reference.py"))["pages"]()

    stale = [path.name for path, text in made.items() if path.read_text() != text]
    assert stale == [], "run scripts/reference.py"


def test_every_error_is_on_its_page():
    all_errors = runpy.run_path(str(ROOT / "scripts" / "reference.py"))["all_errors"]
    page = (REFERENCE / "errors.md").read_text()

    assert [one.name for one in all_errors() if f"| `{one.name}` |" not in page] == []


def test_every_format_in_the_code_is_on_the_page():
    page = (REFERENCE / "json.md").read_text()
    used = {name for path in (ROOT / "src").rglob("*.py") for name in FORMAT.findall(path.read_text())}

    assert used
    assert {name for name in used if name not in page} == set()


@pytest.fixture(scope="module")
def answers(tmp_path_factory):
    """One document of each format, by format."""
    home = tmp_path_factory.mktemp("answers")
    person = Person(home)
    (home / "letter").write_text("a letter")
    said = [
        person("init", "base", "--as", "Registrar", "--json"),
        person("add", "letter", "--json"),
        person("unlock", "--json"),
        person("lock", "--json"),
        person("list", "--json"),
        person("list", "--all", "--json"),
        person("show", "PB-M000-000001", "--json"),
        person("history", "PB-M000-000001", "--json"),
        person("prove", "PB-M000-000001", "--json"),
        person("verify", "--json"),
        person("export", "PB-M000-000001", "-o", "out", "--json"),
        person("verify", "out", "--json"),
        person("label", "PB-M000-000001", "--add", "graphic", "--json"),
        person("matter", "open", "Harbour", "--json"),
        person("matter", "list", "--json"),
        person("agent", "list", "--json"),
        person("rebuild", "--json"),
        person("doctor", "--json"),
        person("explain", "5", "--json"),
        person("show", "nothing", "--json", code=2),
    ]
    with DemonstrationAuthority() as authority:
        said.append(person("anchor", "--tsa", authority.url, "--json"))
    enrolled = person("agent", "enrol", "R", "--role", "reviewer", "--json", PROBANDA_NEW_PASSPHRASE="x")
    return {one.json["format"]: one.json for one in [*said, enrolled]}


ELSEWHERE = {"probanda-demo/1", "probanda-serve/1"}


def test_every_format_on_the_page_is_tried(answers):
    assert set(documented()) - ELSEWHERE == set(answers)


def test_every_document_has_the_fields_that_the_page_tells(answers):
    told = documented()
    item = set(answers["probanda-list/1"]["items"][0])
    told["probanda-item/1"] |= item
    told["probanda-listed/1"] |= item

    assert {name: set(one) - {"format"} for name, one in answers.items()} == {
        name: fields for name, fields in told.items() if name not in ELSEWHERE
    }


def test_the_fields_of_an_item_are_told(answers):
    paragraph = (REFERENCE / "json.md").read_text().partition("- An *item*")[2].partition("\n\n")[0]
    item = answers["probanda-list/1"]["items"][0]

    assert [field for field in item if f"`{field}`" not in paragraph] == []

"""Rules of the project that no other tool holds."""

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = ("requirements.lock", "requirements-dev.lock")
MODULE_LINES = 500
FIRST_SCREEN_LINES = 40
VAGUE_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "manager"}
# A name from the machine of whoever wrote it.
PATH_OF_A_MACHINE = re.compile(rb"/(work|farm)/(main|steering|in/|\.)")


def project_files(*suffixes: str) -> Iterator[Path]:
    """Every file that belongs to the project: what .gitignore names at the root is left out."""
    lines = (ROOT / ".gitignore").read_text().splitlines()
    ignored = [".git", *(line.strip("/") for line in lines if line and line[0] not in "#!")]
    for top in sorted(ROOT.iterdir()):
        if any(fnmatch(top.name, pattern) for pattern in ignored):
            continue
        for path in sorted(top.rglob("*")) if top.is_dir() else [top]:
            if (
                path.is_file()
                and "__pycache__" not in path.parts
                and (not suffixes or path.suffix in suffixes)
            ):
                yield path


def settings() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text())


def declared_packages() -> set[str]:
    project = settings()["project"]
    groups = [project["dependencies"], *project["optional-dependencies"].values()]
    return {re.split(r"[<>=!~\[; ]", requirement)[0] for group in groups for requirement in group}


def test_no_module_is_longer_than_500_lines():
    long = {
        str(path.relative_to(ROOT)): lines
        for path in (ROOT / "src").rglob("*.py")
        if (lines := len(path.read_text().splitlines())) > MODULE_LINES
    }

    assert not long


def test_no_module_has_a_name_that_says_nothing():
    assert not [path for path in (ROOT / "src").rglob("*.py") if path.stem in VAGUE_NAMES]


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_no_address(lock):
    assert "://" not in (ROOT / lock).read_text()


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_pins_every_package_by_hash(lock):
    pins = re.split(r"\n(?=\S)", (ROOT / lock).read_text().strip())

    assert not [
        pin for pin in pins if not re.match(r"[a-z0-9-]+==\S+ .*\\\n    --hash=sha256:[0-9a-f]{64}", pin)
    ]


def test_the_locks_agree():
    pins = [
        dict(re.findall(r"^([a-z0-9-]+)==(\S+)", (ROOT / lock).read_text(), re.MULTILINE)) for lock in LOCKS
    ]

    assert pins[0].items() <= pins[1].items()


def test_every_declared_package_is_in_the_lock():
    locked = re.findall(r"^([a-z0-9-]+)==", (ROOT / "requirements-dev.lock").read_text(), re.MULTILINE)

    assert declared_packages() <= set(locked)


def test_every_dependency_has_its_reason_on_record():
    record = (ROOT / "docs/decisions/dependencies.md").read_text()

    assert set(re.findall(r"^\| `([a-z0-9-]+)` \|", record, re.MULTILINE)) == declared_packages()


def test_no_file_names_a_path_of_the_machine_it_was_written_on():
    assert not [path for path in project_files() if PATH_OF_A_MACHINE.search(path.read_bytes())]


def test_the_first_screen_of_the_readme_shows_both_commands():
    first_screen = (ROOT / "README.md").read_text().splitlines()[:FIRST_SCREEN_LINES]

    assert any(line.startswith("    make demo ") for line in first_screen)
    assert any(line.startswith("    make test ") for line in first_screen)


def test_every_make_command_in_the_documents_exists():
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = {
        target
        for path in project_files(".md")
        for target in re.findall(r"(?:^ {4}|`)make ([a-z]+)", path.read_text(), re.MULTILINE)
    }

    assert named
    assert named <= targets


def test_continuous_integration_does_what_a_developer_can_do():
    run = ROOT / ".ci/run"

    assert run.stat().st_mode & 0o111
    assert run.read_text().splitlines()[-1] == "make test"


def test_every_link_between_documents_leads_somewhere():
    broken = [
        f"{path.relative_to(ROOT)}: {link}"
        for path in project_files(".md")
        for link in re.findall(r"\]\(([^)#\s]+)[^)]*\)", path.read_text())
        if "://" not in link and not (path.parent / link).exists()
    ]

    assert not broken


def test_every_decision_is_in_the_index():
    decisions = ROOT / "docs/decisions"
    index = (decisions / "README.md").read_text()

    assert not [
        path.name for path in decisions.glob("*.md") if path.name != "README.md" and path.name not in index
    ]


def test_the_rooms_import_only_what_they_may():
    lint = Path(sys.executable).with_name("lint-imports")

    done = subprocess.run(
        [lint, "--no-cache", "--no-logo"], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout
    assert " 0 broken" in done.stdout

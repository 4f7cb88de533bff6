"""The program's reading of the package procedure, asked for every vector."""

from pathlib import Path

import pytest

from probanda.model.digest import EntryId
from probanda.work.disclose.reading import check_package
from vectors.package_cases import Case, package_cases


@pytest.mark.parametrize("case", package_cases(), ids=lambda case: case.id)
def test_the_verdict_is_the_one_that_the_vector_names(case: Case, tmp_path: Path) -> None:
    genesis = None if case.genesis is None else EntryId(case.genesis)

    verdict, _ = check_package(case.write(tmp_path / "package"), genesis=genesis)

    expected = case.expect["package_verifier"]
    assert {"identity": verdict.identity.value, "integrity": verdict.integrity.value} == expected, (
        verdict.findings
    )

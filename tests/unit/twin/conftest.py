from __future__ import annotations

import pytest
from twin_case import Twin

from probanda.twin import build_twin


@pytest.fixture(scope="session")
def twin(tmp_path_factory: pytest.TempPathFactory) -> Twin:
    folder = tmp_path_factory.mktemp("twin")
    manifest = build_twin(folder)
    return Twin(folder, folder / "material", manifest)

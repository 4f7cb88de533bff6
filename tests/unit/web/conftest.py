"""A base in memory, and a browser's manners over its pages."""

import pytest
from browsing import Browser
from desk_in_memory import DeskInMemory


@pytest.fixture
def desk() -> DeskInMemory:
    return DeskInMemory()


@pytest.fixture
def browser(desk: DeskInMemory) -> Browser:
    return Browser(desk)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"

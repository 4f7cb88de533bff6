"""A real authority on loopback, and a checkpoint to have it sign."""

from collections.abc import Iterator

import pytest

from contract.log_key import KEY, LOG_KEY
from probanda.demonstration.authority import DemonstrationAuthority
from probanda.model.entry import Head
from probanda.proof.note import sign_checkpoint


@pytest.fixture(scope="session")
def authority() -> Iterator[DemonstrationAuthority]:
    with DemonstrationAuthority() as running:
        yield running


@pytest.fixture(scope="session")
def checkpoint() -> bytes:
    return sign_checkpoint(KEY.name, Head(7, b"\x07" * 32), KEY, LOG_KEY.sign)

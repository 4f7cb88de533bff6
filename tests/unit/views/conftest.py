import pytest

from made_log import MadeLog
from probanda.views.store import Views


@pytest.fixture
def log():
    return MadeLog()


@pytest.fixture
def views(tmp_path):
    """Views in an empty folder: a test lets them catch up when its log is as it wants it."""
    views = Views.open(tmp_path)
    yield views
    views.close()

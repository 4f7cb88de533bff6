"""REQ-6: each custody transfer stores both parties, purpose, time and hashes; a gap is shown as a gap.

As far as there are entries for it: receptions, and packages that were made. Of each only one party is a
known agent so far; the other is shown as the gap that it is. Entries for handing over come later.
"""

import hashlib

import pytest

from person import Person

pytestmark = pytest.mark.slow

LETTER = b"a letter"


@pytest.fixture
def told(tmp_path):
    """The history of a letter that was received and put in a package."""
    person = Person(tmp_path)
    person("init", "base", "--as", "Registrar")
    person("add", "-", "--name", "letter.txt", given=LETTER)
    item = hashlib.sha256(LETTER).hexdigest()
    person("export", item, "-o", "out", "--purpose", "for a court")
    return person("history", item, "--json").json


def test_req_6_each_event_has_its_party_and_time_and_the_digests_before_and_after(told):
    assert [event["kind"] for event in told["events"]] == ["item-received", "package-made"]
    for event in told["events"]:
        assert event["agent_name"] == "Registrar"
        assert event["stated"].endswith("Z")
    assert told["sha256"] == hashlib.sha256(LETTER).hexdigest()
    assert told["sha512"] == hashlib.sha512(LETTER).hexdigest()


def test_req_6_a_package_has_its_purpose(told):
    assert "for a court" in told["events"][-1]["words"]


def test_req_6_what_no_entry_says_is_shown_as_a_gap(told):
    received, made = told["events"]

    assert [(gap["index"], gap["side"]) for gap in told["gaps"]] == [
        (received["index"], "before"),
        (made["index"], "after"),
    ]
    assert all("not recorded" in gap["says"] for gap in told["gaps"])

"""`probanda list`, `show` and `history`."""

import hashlib
import json

import pytest

pytestmark = pytest.mark.slow

HARBOUR = hashlib.sha256(b"the harbour at noon").hexdigest()


def test_a_list_holds_total_items_and_what_comes_next(reader):
    said = reader("list", "--limit", "2", "--json").json

    assert said["format"] == "probanda-list/1"
    assert said["total"] == 7
    assert [one["ref"] for one in said["items"]] == ["PB-M001-000001", "PB-M001-000002"]
    assert said["next"] == "PB-M001-000002"


def test_following_next_gives_everything_once(reader):
    refs, after = [], []
    while True:
        page = reader("list", "--limit", "3", "--json", *after).json
        refs += [one["ref"] for one in page["items"]]
        if page["next"] is None:
            break
        after = ["--after", page["next"]]

    assert len(refs) == len(set(refs)) == 7


def test_all_of_a_list_is_one_document_a_line(reader):
    lines = [json.loads(line) for line in reader("list", "--all", "--json").out.splitlines()]

    assert len(lines) == 7
    assert {one["format"] for one in lines} == {"probanda-listed/1"}


def test_a_search_finds_a_part_of_a_name_in_either_case(reader):
    said = reader("list", "--search", "ПРИСТАНЬ", "--json").json

    assert [one["paths"] for one in said["items"]] == [["photos/пристань.txt"]]


def test_a_name_that_is_not_utf8_is_given_as_bytes(reader):
    (item,) = reader("list", "--search", "odd", "--json").json["items"]

    assert item["names"] == [{"base64": "b2RkIP/igK4KbmFtZS50eHQ="}]


def test_who_shows_no_key_is_told_how_much_is_kept_from_them(reader):
    said = reader("list", "--json", PROBANDA_PASSPHRASE=None).json

    assert (said["total"], said["kept_from_you"]) == (5, 2)


def test_in_text_a_list_fits_fifty_columns_and_counts_what_is_kept(reader):
    said = reader("list", PROBANDA_PASSPHRASE=None)

    assert max(map(len, said.out.splitlines())) <= 50
    assert "5 items of 5; kept from you: 2" in said.out


def test_in_text_no_name_can_turn_the_direction_of_text(reader):
    said = reader("list")

    assert "\u202e" not in said.out
    assert r"odd \xff\u202e\nname.txt" in " ".join(said.out.split())


def test_a_matter_that_is_not_there_is_wrong_usage(reader):
    assert reader("list", "--matter", "Nowhere", code=2).error == "E-NOT-FOUND"


@pytest.mark.parametrize("name", [HARBOUR, HARBOUR[:8], HARBOUR.upper()[:12]])
def test_an_item_is_found_by_its_digest_or_the_beginning_of_it(reader, name):
    assert reader("show", name, "--json").json["sha256"] == HARBOUR


def test_an_item_is_shown_with_each_reception(reader):
    said = reader("show", HARBOUR, "--json").json

    assert said["format"] == "probanda-item/1"
    assert said["matter"]["name"] == "Harbour"
    (came,) = said["receptions"]
    assert came["agent_name"] == "Registrar"
    assert came["path"] == "photos/harbour.txt"
    assert came["via"] == "folder"


def test_what_nobody_claimed_is_unknown(registrar):
    registrar("add", "-", "--name", "call", given=b"bare bytes")

    said = registrar("show", hashlib.sha256(b"bare bytes").hexdigest())

    assert "modified:      unknown" in said.out


def test_an_archive_and_its_member_name_one_another(reader):
    (archive,) = reader("list", "--search", "export.zip", "--limit", "1", "--json").json["items"]
    shown = reader("show", archive["ref"], "--json").json
    member = reader("show", hashlib.sha256(b"a member").hexdigest(), "--json").json

    assert shown["members"] == 1
    assert member["containers"] == [archive["ref"]]


def test_an_item_kept_from_the_reader_is_as_if_it_were_not_there(reader):
    kept = hashlib.sha256(b"who told us").hexdigest()

    reader("show", kept)
    said = reader("show", kept, "--json", PROBANDA_PASSPHRASE=None, code=2)

    assert said.json["error"]["name"] == "E-NOT-FOUND"


def test_history_tells_events_in_order_and_what_is_not_recorded(reader):
    said = reader("history", HARBOUR, "--json").json

    assert said["format"] == "probanda-history/1"
    assert said["events"][0]["kind"] == "item-received"
    assert [one["side"] for one in said["gaps"]] == ["before"]


def test_tables_made_anew_say_the_same(reader):
    before = reader("list", "--json").out

    assert reader("rebuild", "--json").json["entries"] > 0
    assert reader("list", "--json").out == before


def test_what_a_list_says_to_go_on_with_keeps_to_the_same_search(reader):
    said = reader("list", "--search", "t", "--limit", "1")

    assert "probanda list --search t --after PB-M001-" in " ".join(said.out.split())

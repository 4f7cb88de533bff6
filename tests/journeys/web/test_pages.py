"""People's ways through the pages, in Chromium, with script allowed and without: nothing depends on it."""

import io
import re

import pytest
from PIL import Image
from playwright.sync_api import expect

from .server import CUSTODIAN, READER

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PHOTO = "/items/PB-M000-000001"


def test_an_agent_signs_in_finds_an_item_and_reads_its_facts(visitor):
    page = visitor.sign_in()

    page.get_by_role("link", name="Items", exact=True).click()
    page.get_by_role("searchbox", name="Find by name").fill("aerial")
    page.get_by_role("button", name="Find").click()
    page.get_by_role("link", name="aerial_still.jpg").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("aerial_still.jpg")
    expect(page.get_by_text("image/jpeg").first).to_be_visible()
    for row in page.locator("dl.facts > div").all():
        assert row.locator("dd").first.inner_text().strip()


def test_a_wrong_passphrase_says_so_and_opens_nothing(visitor):
    page = visitor.sign_in(passphrase="wrong")

    expect(page.get_by_role("alert")).to_contain_text("Not signed in.")
    visitor.complaints = [each for each in visitor.complaints if "401" not in each]
    assert visitor.go("/items").url.startswith(f"{visitor.address}sign-in?next=")


def test_a_picture_is_veiled_until_a_reason_is_given(visitor):
    page = visitor.sign_in()
    visitor.go(PHOTO)
    veiled = page.locator(".veil img")
    expect(veiled).to_have_js_property("naturalWidth", 320) if _has_script(visitor) else None
    shown = page.request.get(f"{visitor.address}{PHOTO[1:]}/veiled.jpg").body()
    assert Image.open(io.BytesIO(shown)).mode == "L"

    page.get_by_label("Reason for looking").fill("blind observation, task 31")
    page.get_by_role("button", name="Unveil for 60 s").click()

    expect(page.get_by_role("img", name="Clear preview")).to_be_visible()
    expect(page.get_by_text("blind observation, task 31")).to_be_visible()
    page.get_by_role("link", name="Veil again").click()
    expect(page.locator(".veil img")).to_be_visible()


def test_every_fact_leads_to_its_proof_in_one_click(visitor):
    page = visitor.sign_in()
    visitor.go(PHOTO)

    page.locator("dl.facts .g").first.click()

    assert re.fullmatch(re.escape(visitor.address) + r"entries/\d+", page.url)
    for question in ("Integrity", "Identity", "Time"):
        answer = page.locator("section.ans", has=page.get_by_role("heading", name=question))
        expect(answer.get_by_role("heading", name="Does not show")).to_be_visible()
    expect(page.locator("section.ans").first).to_contain_text("agrees")
    expect(page.get_by_text("probanda prove", exact=False).first).to_be_visible()


def test_every_link_of_a_page_leads_somewhere(visitor):
    page = visitor.sign_in()
    seen = {"/", PHOTO, "/entries/0"}
    for start in sorted(seen):
        visitor.go(start)
        seen |= {link.get_attribute("href") for link in page.locator("a[href^='/']").all()}

    for path in sorted(seen):
        answer = page.request.get(visitor.address + path.removeprefix("/"))
        assert answer.status == 200, path


def test_files_are_taken_in_and_each_has_its_outcome(visitor, tmp_path, request):
    name = f"letter {request.node.callspec.id}.txt"
    (tmp_path / name).write_text(name)
    page = visitor.sign_in()
    page.get_by_role("link", name="Take in material").first.click()
    page.get_by_label("minor").check()
    page.get_by_label("Files to take in").set_input_files(tmp_path / name)
    page.locator("main").get_by_role("button", name="Take in material").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("What became of each file")
    expect(page.get_by_role("row", name=name)).to_contain_text("received")
    page.get_by_role("link", name=name).click()
    expect(page.locator("main .crumb")).to_contain_text("minor")


def test_who_may_not_is_told_why(visitor):
    page = visitor.sign_in(*READER)

    page.get_by_role("link", name="Take in material").first.click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Refused")
    expect(page.get_by_text("needs the role")).to_be_visible()
    visitor.complaints = [each for each in visitor.complaints if "403" not in each]


def test_what_is_kept_is_counted_and_not_there(visitor):
    page = visitor.sign_in(*READER)
    visitor.go("/items")

    expect(page.get_by_text("kept from you", exact=False).first).to_be_visible()
    expect(page.get_by_text("orders.pdf")).to_have_count(0)


def test_two_agents_work_as_themselves_at_once(visitor, chromium):
    other = chromium.new_context(locale="en-GB")
    second = type(visitor)(other, visitor.address)

    first_page, second_page = visitor.sign_in(), second.sign_in(*READER)
    visitor.go("/items")
    second.go("/items")

    expect(first_page.locator("header .who")).to_have_text(CUSTODIAN[0])
    expect(second_page.locator("header .who")).to_have_text(READER[0])
    expect(first_page.get_by_text("orders.pdf")).to_have_count(1)
    expect(second_page.get_by_text("orders.pdf")).to_have_count(0)
    other.close()


def test_signing_out_locks_the_key(visitor):
    page = visitor.sign_in()

    page.get_by_role("button", name="Sign out and lock").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    assert visitor.go("/").url.startswith(f"{visitor.address}sign-in")


def test_a_hostile_name_is_only_a_name(visitor):
    page = visitor.sign_in()

    visitor.go("/items")

    expect(page.get_by_role("link", name="<img src=x onerror=alert(1)>")).to_contain_text("\\u202e")
    assert page.locator("main img").count() == 0


def test_the_first_stop_of_the_keyboard_skips_to_the_content(visitor):
    visitor.sign_in()
    page = visitor.go("/items")

    page.keyboard.press("Tab")

    focused = page.locator(":focus")
    expect(focused).to_have_text("Skip to content")
    page.keyboard.press("Enter")
    assert page.url.endswith("#main")


def test_an_agent_can_sign_in_by_keyboard_alone(visitor):
    page = visitor.go("/sign-in")

    page.get_by_label("Name of the agent").focus()
    page.keyboard.type(CUSTODIAN[0])
    page.keyboard.press("Tab")
    page.keyboard.type(CUSTODIAN[1])
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("What this base holds")


def test_the_pages_speak_ukrainian(visitor):
    page = visitor.sign_in()

    page.get_by_role("link", name="УК").click()
    visitor.go(PHOTO)

    expect(page.get_by_role("heading", name="Факти та їхнє підґрунтя")).to_be_visible()


@pytest.mark.parametrize("width", [360, 600, 1400])
def test_no_page_scrolls_sideways(visitor, width):
    page = visitor.sign_in()
    page.set_viewport_size({"width": width, "height": 900})

    for path in ("/", "/items", PHOTO, "/entries/3", "/add", "/status", "/agents"):
        visitor.go(path)
        assert page.locator("main").bounding_box()["width"] <= width, path


def _has_script(visitor) -> bool:
    return visitor.page.evaluate("true") is True

"""The pages over a base in memory: who may, what is answered, and in which form."""

from dataclasses import replace

import httpx
import pytest
from browsing import ADDRESS, Browser
from desk_in_memory import shown_item

from probanda.faces.web import uploads, visits
from probanda.faces.web.guard import CONTENT_SECURITY_POLICY
from probanda.faces.web.visits import Visits
from probanda.model.roles import Role

pytestmark = pytest.mark.anyio

PHOTO = "/items/PB-M001-004117"
TWINS = (
    "/home",
    "/items",
    PHOTO,
    f"{PHOTO}/history",
    "/entries/4117",
    "/agents",
    "/matters",
    "/status",
    "/add",
)
OPEN_TO_ALL = ("/sign-in", "/about-keys", "/static/style.css", "/static/icon.svg")


async def test_nothing_is_shown_before_signing_in(browser):
    for path in ("/", *TWINS, f"{PHOTO}/veiled.jpg", f"{PHOTO}/original", "/entries/4117/proof"):
        page = await browser.client.get(path)

        assert page.status_code == 303
        assert page.headers["location"].startswith("/sign-in?next=%2F")


@pytest.mark.parametrize("path", TWINS)
async def test_a_twin_needs_signing_in_as_its_page_does(browser, path):
    answer = await browser.client.get(f"{path}.json")

    assert answer.status_code == 401
    assert answer.json()["format"] == "probanda-error/1"


@pytest.mark.parametrize("path", TWINS)
async def test_every_page_has_a_twin_in_json(browser, path):
    await browser.sign_in()

    page, twin = await browser.client.get(path), await browser.client.get(f"{path}.json")

    assert page.status_code == twin.status_code == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert twin.headers["content-type"] == "application/json"
    assert twin.json()["format"].startswith("probanda-page-")


@pytest.mark.parametrize("path", ["/", *OPEN_TO_ALL, PHOTO, "/nowhere", "/items.json", f"{PHOTO}/veiled.jpg"])
async def test_every_answer_shuts_the_browser_off(browser, path):
    await browser.sign_in()

    headers = (await browser.client.get(path)).headers

    assert headers["content-security-policy"] == CONTENT_SECURITY_POLICY
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert ("no-store" in headers["cache-control"]) is (not path.startswith("/static/"))
    assert "server" not in headers


def test_the_content_policy_allows_no_script():
    assert "script" not in CONTENT_SECURITY_POLICY
    assert "unsafe" not in CONTENT_SECURITY_POLICY
    assert CONTENT_SECURITY_POLICY.startswith("default-src 'none'")


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8440", "127.0.0.1", "127.0.0.1:80", "[::1]:8440"]
)
async def test_another_host_name_is_not_answered(browser, host):
    answer = await browser.client.get("/sign-in", headers={"host": host})

    assert answer.status_code == 421
    assert "token" not in answer.text


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:9999"},
        {"sec-fetch-site": "cross-site", "origin": ADDRESS},
        {"sec-fetch-site": "same-site", "origin": "null"},
        {"sec-fetch-site": "none"},
        {"sec-fetch-site": "same-origin", "origin": "http://evil.example"},
    ],
)
async def test_a_form_from_elsewhere_changes_nothing(browser, desk, headers):
    await browser.sign_in()
    data = {"token": await browser.token(), "reason": "because"}

    answer = await browser.client.post(f"{PHOTO}/reveal", data=data, headers=headers)

    assert answer.status_code == 403
    assert not desk.looks


@pytest.mark.parametrize("token", ["", "0" * 64, "Ї"])
async def test_a_form_without_our_token_changes_nothing(browser, desk, token):
    await browser.sign_in()

    answer = await browser.client.post(
        f"{PHOTO}/reveal", data={"token": token, "reason": "because"}, headers={"origin": ADDRESS}
    )

    assert answer.status_code == 403
    assert not desk.looks


async def test_a_token_is_good_in_its_own_browser_only(browser, desk):
    other = browser.another()
    await browser.sign_in()
    await browser.sign_in("E. Brandt", "four five six", client=other)

    answer = await other.post(
        f"{PHOTO}/reveal",
        data={"token": await browser.token(), "reason": "because"},
        headers={"origin": ADDRESS},
    )

    assert answer.status_code == 403
    assert not desk.looks


async def test_a_wrong_passphrase_opens_nothing(browser):
    refused = await browser.sign_in(passphrase="wrong")

    assert refused.status_code == 401
    assert "wrong" not in refused.text
    assert (await browser.client.get("/")).status_code == 303


async def test_failed_attempts_are_counted(browser):
    for _ in range(visits.FAILURES_PER_MINUTE):
        await browser.sign_in(passphrase="wrong")

    refused = await browser.sign_in()

    assert refused.status_code == 401
    assert "wait" in refused.text.lower()


async def test_signing_in_changes_the_cookie(browser):
    await browser.client.get("/sign-in")
    before = dict(browser.client.cookies)

    answer = await browser.sign_in()

    assert dict(browser.client.cookies) != before
    assert "HttpOnly" in answer.headers["set-cookie"]
    assert "samesite=strict" in answer.headers["set-cookie"].lower()


@pytest.mark.parametrize(
    ("asked", "gone_to"),
    [
        ("/items", "/items"),
        ("//evil.example", "/"),
        ("https://evil.example", "/"),
        ("/\\evil.example", "/"),
        ("/a\r\nx: y", "/"),
    ],
)
async def test_signing_in_leads_to_pages_of_this_server_only(browser, asked, gone_to):
    answer = await browser.post("/sign-in", name="R. Talve", passphrase="one two three", next=asked)

    assert answer.headers["location"] == gone_to


async def test_signing_out_locks(browser):
    await browser.sign_in()
    cookies = httpx.Cookies(browser.client.cookies)

    await browser.post("/sign-out")
    browser.client.cookies = cookies

    assert (await browser.client.get("/")).status_code == 303


def test_keys_are_forgotten_when_they_are_not_used(desk):
    now_s = [0.0]
    room = Visits(desk, idle_s=900, now_s=lambda: now_s[0])
    cookie = room.sign_in("R. Talve", "one two three")

    now_s[0] = 899
    assert room.find(cookie)
    now_s[0] = 899 + 901

    assert room.find(cookie) is None


async def test_two_agents_work_as_themselves_at_once(browser, desk):
    other = browser.another()
    await browser.sign_in()
    await browser.sign_in("E. Brandt", "four five six", client=other)

    await browser.post(f"{PHOTO}/reveal", reason="first")
    await browser.post(f"{PHOTO}/reveal", client=other, reason="second")

    assert [(name, reason) for name, _, reason in desk.looks] == [
        ("R. Talve", "first"),
        ("E. Brandt", "second"),
    ]


async def test_what_is_kept_is_not_there(browser):
    await browser.sign_in("E. Brandt", "four five six")
    secret = "/items/PB-M001-004160"

    for path in (
        secret,
        f"{secret}.json",
        f"{secret}/history",
        f"{secret}/original",
        "/entries/4160",
        "/items/none",
    ):
        assert (await browser.client.get(path)).status_code == 404
    listed = (await browser.client.get("/items.json")).json()
    assert "PB-M001-004160" not in str(listed)
    assert listed["kept"] == 3


async def test_what_policy_refuses_is_refused_with_its_reason(browser):
    await browser.sign_in("E. Brandt", "four five six")

    page = await browser.client.get(f"{PHOTO}/original")
    twin = await browser.client.get("/add.json")

    assert page.status_code == twin.status_code == 403
    assert "needs the role" in page.text
    assert twin.json()["error"]["name"] == "E-REFUSED"


async def test_roles_that_were_taken_away_no_longer_count(browser, desk):
    await browser.sign_in()
    desk.agents_known["R. Talve"] = ("one two three", frozenset({Role.EXTERNAL_READER}))

    assert (await browser.client.get("/add")).status_code == 403


async def test_a_key_that_was_revoked_is_locked_at_the_next_step(browser, desk):
    await browser.sign_in()
    known = desk.agents_known.pop("R. Talve")

    revoked = await browser.client.get("/items.json")
    desk.agents_known["R. Talve"] = known

    assert revoked.status_code == 401
    assert "revoked" in revoked.json()["error"]["message"]
    assert (await browser.client.get("/items.json")).status_code == 401


async def test_an_original_comes_as_a_download_that_no_browser_shows(browser):
    await browser.sign_in()

    answer = await browser.client.get(f"{PHOTO}/original")

    assert answer.content == b"<script>alert(1)</script>"
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert answer.headers["content-security-policy"] == "sandbox; default-src 'none'"


async def test_a_clear_preview_is_given_once_and_after_a_reason(browser, desk):
    await browser.sign_in()

    without = await browser.post(f"{PHOTO}/reveal", reason="  ")
    page = await browser.post(f"{PHOTO}/reveal", reason="blind observation")
    address = page.text.split('<img src="')[1].split('"')[0]
    first, second = await browser.client.get(address), await browser.client.get(address)

    assert without.status_code == 400
    assert page.headers["refresh"] == f"60; url={PHOTO}"
    assert (first.status_code, second.status_code) == (200, 404)
    assert first.headers["cache-control"] == "no-store"
    assert desk.looks == [("R. Talve", "PB-M001-004117", "blind observation")]


async def test_a_clear_preview_is_given_to_the_browser_that_asked_only(browser):
    other = browser.another()
    await browser.sign_in()
    await browser.sign_in("E. Brandt", "four five six", client=other)
    page = await browser.post(f"{PHOTO}/reveal", reason="blind observation")
    address = page.text.split('<img src="')[1].split('"')[0]

    assert (await other.get(address)).status_code == 404


async def test_files_are_taken_in_with_matter_and_labels(browser, desk, tmp_path):
    await browser.sign_in()

    page = await browser.post(
        "/add",
        files=[("file", ("лист.txt", b"hello")), ("file", ("empty.txt", b""))],
        matter="M001",
        label=["minor", ""],
    )

    assert page.status_code == 200
    assert desk.received == [("R. Talve", [("лист.txt", b"hello"), ("empty.txt", b"")], "M001", ["minor"])]


async def test_uploads_are_gone_from_the_disk_afterwards(browser, desk, tmp_path, monkeypatch):
    folder = tmp_path / "uploads"
    folder.mkdir()
    monkeypatch.setattr(desk, "upload_folder", lambda: folder)
    await browser.sign_in()

    await browser.post("/add", files=[("file", ("a", b"x"))])

    assert not folder.exists()


async def test_files_before_the_token_are_not_written(browser, desk):
    await browser.sign_in()
    token = (await browser.token()).encode()
    file = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nx\r\n'
    field = b'--b\r\nContent-Disposition: form-data; name="token"\r\n\r\n' + token + b"\r\n"

    answer = await browser.client.post(
        "/add",
        content=file + field + b"--b--\r\n",
        headers={"origin": ADDRESS, "content-type": "multipart/form-data; boundary=b"},
    )

    assert answer.status_code == 403
    assert not desk.received


@pytest.mark.parametrize("content", [b"", b"nonsense", b"--b\r\nContent-Disposition: form-data\r\n\r\nx"])
async def test_a_broken_form_takes_nothing_in(browser, desk, content):
    await browser.sign_in()

    answer = await browser.client.post(
        "/add.json",
        content=content,
        headers={"origin": ADDRESS, "content-type": "multipart/form-data; boundary=b"},
    )

    assert answer.status_code in (400, 403)
    assert not desk.received


async def test_more_than_is_taken_at_a_time_is_refused(browser, desk, monkeypatch):
    monkeypatch.setattr(uploads, "UPLOAD_LIMIT_BYTES", 1000)
    await browser.sign_in()

    answer = await browser.post("/add.json", files=[("file", ("a", b"x" * 2000))])

    assert answer.status_code == 413
    assert answer.json()["error"]["name"] == "E-TOO-LARGE"
    assert not desk.received


async def test_an_unexpected_fault_tells_nothing_about_itself(browser, desk, monkeypatch):
    def fault(*_: object) -> None:
        raise RuntimeError("at secret/place")

    await browser.sign_in()
    monkeypatch.setattr(desk, "agents", fault)

    page = await browser.client.get("/agents")

    assert page.status_code == 500
    assert "secret/place" not in page.text


async def test_a_page_that_ended_and_one_that_goes_on_are_told_apart(desk):
    desk.items_held = [shown_item(n, f"file {n:03}", "text/plain") for n in range(250)]
    browser = Browser(desk)
    await browser.sign_in()

    seen, after = [], None
    while True:
        page = (await browser.client.get("/items.json", params={"after": after} if after else {})).json()
        seen += [each["reference"] for each in page["items"]]
        if (after := page["next"]) is None:
            break

    assert len(seen) == len(set(seen)) == 250


async def test_a_withheld_field_is_told_apart_from_an_unknown_one(browser, desk):
    desk.items_held[1] = replace(desk.items_held[1], name=None, matter_name=None)
    await browser.sign_in()

    page = (await browser.client.get(PHOTO)).text

    assert "unknown" in page
    assert "withheld" in page
    assert "None" not in page


async def test_a_key_is_asked_for_its_language_and_remembers_it(browser):
    first = await browser.client.get("/sign-in?lang=uk")
    second = await browser.client.get("/sign-in")

    assert 'lang="uk"' in first.text
    assert '<html lang="uk">' in second.text

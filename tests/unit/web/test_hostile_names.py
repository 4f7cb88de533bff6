"""Names and texts from evidence are hostile: no template lets one become markup, or pose as another."""

import unicodedata
from dataclasses import replace

import pytest
from browsing import Browser
from desk_in_memory import NO_PICTURE, DeskInMemory, shown_item

from probanda.faces.web.rendering import shown

pytestmark = pytest.mark.anyio

HOSTILE = {
    "script": "<script>alert(1)</script>",
    "attribute": '" onmouseover="alert(1)" x=\'',
    "image": "<img src=x onerror=alert(1)>",
    "entity": "&lt;b&gt;&#x3c;script&#x3e;",
    "template": "{{ 7 * 7 }}{% include '/etc/passwd' %}${x}",
    "style": "</style></title></textarea><style>*{display:none}</style>",
    "comment": "--><!-- ]]> <?php",
    "address": "javascript:alert(1)",
    "path": "../../../../etc/passwd",
    "formats": "{0}{name}{__class__}%s%(x)s",
    "direction": "invoice\u202egpj.exe\u2066\u200f\u061c",
    "control": "a\x00b\x07\x1b[31mc\x85\u2028",
    "long": "w" * 20_000,
    "empty": "",
}
PAGES = (
    "/",
    "/items",
    "/items?name=",
    "/items/PB-M001-000007",
    "/items/PB-M001-000007/history",
    "/entries/7",
    "/agents",
    "/matters",
    "/status",
)
MARKS = ("<script", "onerror=alert(1)>", '" onmouseover="alert', "<style", "<!-- ]]>", "<?php", "<textarea")


@pytest.fixture
def hostile_desk(request):
    name = HOSTILE[request.param]
    item = shown_item(7, name, "image/png", "graphic")
    reception = replace(item.receptions[0], path=name, root=name, agent=name, modified=name)
    event = replace(item.history[0], words=name, agent=name, stated=name)
    item = replace(item, matter_name=name, receptions=(reception,), history=(event,), sha256="ab" * 32)
    desk = DeskInMemory(items_held=[item], preview=NO_PICTURE)
    desk.agents_known[name] = ("seven eight", desk.agents_known["R. Talve"][1])
    return desk, name


@pytest.mark.parametrize("hostile_desk", HOSTILE, indirect=True)
@pytest.mark.parametrize("language", ["en", "uk"])
async def test_no_page_lets_a_hostile_name_become_markup(hostile_desk, language):
    desk, _ = hostile_desk
    browser = Browser(desk)
    await browser.sign_in()

    for path in PAGES:
        page = await browser.client.get(path, params={"lang": language})

        assert page.status_code == 200, path
        assert not [mark for mark in MARKS if mark in page.text], path
        assert not [c for c in page.text if unicodedata.category(c) in ("Cc", "Cf") and c != "\n"], path


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE.keys())
async def test_what_was_typed_comes_back_as_text_only(browser, name):
    refused = await browser.sign_in(name, name)
    await browser.sign_in()
    searched = await browser.client.get("/items", params={"name": name, "matter": name, "lang": name})

    for page in (refused, searched):
        assert not [mark for mark in MARKS if mark in page.text]


def test_directions_and_controls_are_shown_as_escapes():
    assert shown("a\u202eb\x00\u2066") == "a\\u202eb\\x00\\u2066"
    assert shown("Ї 1\u202f000\n") == "Ї 1\u202f000\n"

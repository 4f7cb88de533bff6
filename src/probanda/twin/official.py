"""The official's post on an invented platform and the ministry page that repeats it: upstream of the articles' quotes."""

from __future__ import annotations

import json

from probanda.twin.aerial import CHANNEL
from probanda.twin.claims import MarkedText
from probanda.twin.manifest import Planted, Relation
from probanda.twin.markup import Block, Mark, as_page, page, unmark
from probanda.twin.parties import AGORA_SHOWN, HEAD, NOTICE_UK, local

POST_FILE = "official_post/agora_post_77120.json"

POST = (
    "[[C07|Одне вбивство клинком задокументовано в районі Нижнього Мареша]]. [[C08|Ми отримали інформацію, що "
    "[[C08.limb_no_quarter|командири тарморських сил наказали не брати велдарських військових у полон]], "
    "[[C08.limb_method|а вбивати їх клинком]]]]. [[C09|Накази віддавали [[C09.echelon|на рівні командування батальйонів "
    "і рот]]]]. [[C10|[[C10.evaluative|Ця дикість]] вкотре свідчить про політику знищення нашого народу]]. [[C11|Це не "
    "поодинокі випадки, а спланована стратегія]]. [[C16|Покарання дістанеться кожному, хто віддавав і виконував ці "
    "накази, і ми просимо всі держави ізолювати Тарморію]]."
)


def official_posts() -> tuple[list[Planted], MarkedText]:
    """The saved post as page and as data, and the ministry bulletin; the marks stand in the data file."""
    words, found = unmark(POST)
    data = json.dumps(_record(words), ensure_ascii=False, indent=1) + "\n"
    offset = data.index(words)
    marks = tuple(Mark(name, "post", offset + start, offset + end) for name, start, end in found)
    body = as_page(
        (
            Block("headline", "Agora"),
            Block("author", f"{HEAD.ukrainian}, Генеральний прокурор Велдари. 21 червня, 23:31"),
            Block("body", POST),
            Block("notice", NOTICE_UK),
        ),
        {2: "agora_picture.jpg"},
    )
    saved = page("Agora / Ілан Дорсек", "uk", "https://agora.example/dorsek/posts/77120", body)
    origin = "text-dorsek"
    files = [
        Planted(
            POST_FILE, data.encode(), "post_data", "application/json", origin, AGORA_SHOWN, (), ("graphic",)
        ),
        Planted(
            "official_post/agora_post_77120.html",
            saved,
            "post_page",
            "text/html",
            origin,
            AGORA_SHOWN,
            (Relation("same_text", POST_FILE),),
            ("graphic",),
        ),
        _bulletin(),
    ]
    return files, MarkedText(POST_FILE, "uk", data, marks)


def _record(words: str) -> dict[str, object]:
    return {
        "platform": "Agora",
        "post_id": "77120",
        "address": "https://agora.example/dorsek/posts/77120",
        "author": {
            "display_name": HEAD.ukrainian,
            "handle": "dorsek",
            "display_name_history": ["Ілян Доршек"],
        },
        "published_at": AGORA_SHOWN.isoformat(),
        "language": "uk",
        "text": words,
        "attachments": [{"file": "agora_picture.jpg", "same_as": "Telegram prosecution_veldara/4417"}],
        "reactions": 1893,
        "notice": NOTICE_UK,
    }


def _bulletin() -> Planted:
    body = as_page(
        (
            Block("headline", "Бюлетень Міністерства юстиції Велдари"),
            Block("body", "Прокурорська служба оприлюднила знімок аеророзвідки з району Нижнього Мареша."),
            Block(
                "body", "Це не поодинокі випадки, зазначають у відомстві. Нових даних бюлетень не наводить."
            ),
            Block("notice", NOTICE_UK),
        ),
        {},
    )
    return Planted(
        "official_post/ministry_bulletin.html",
        page("Бюлетень", "uk", "https://justice-veldara.example/bulletin/88", body),
        "post_page",
        "text/html",
        "text-channel-4417",
        local(24, 10, 0),
        (
            Relation(
                "same_controller", CHANNEL.replace("photos/photo_1@21-06-2026_22-50-00.jpg", "result.json")
            ),
        ),
        ("graphic",),
        "same party as the prosecution service: adds no origin",
    )

"""The two articles as bare texts and saved pages, and the outlets that repeat them."""

from __future__ import annotations

from probanda.twin import article_english, article_ukrainian
from probanda.twin.claims import MarkedText
from probanda.twin.manifest import Planted, Relation
from probanda.twin.markup import Block, as_page, as_text, page
from probanda.twin.parties import (
    COASTLINE,
    COURIER,
    FERRY,
    HARBOUR,
    LANTERN,
    NOTICE_EN,
    NOTICE_UK,
    QUAY,
    VISNYK,
    local,
)

ENGLISH_TEXT = "articles/courier/article_en.txt"
UKRAINIAN_TEXT = "articles/visnyk/stattia_uk.txt"
_EMBEDDED = {4: "photo_embed.jpg", 19: "illustration.jpg"}
_REPEATED = (0, 1, 6, 8, 10, 11)


def articles() -> tuple[list[Planted], tuple[MarkedText, ...]]:
    """The article files, and the two bare texts with their marks."""
    courier = _article(article_english.BLOCKS, "en", ENGLISH_TEXT, "courier", COURIER.english, NOTICE_EN)
    visnyk = _article(article_ukrainian.BLOCKS, "uk", UKRAINIAN_TEXT, "visnyk", VISNYK.ukrainian, NOTICE_UK)
    return [*courier[0], *visnyk[0], *_repeats()], (courier[1], visnyk[1])


def _article(
    blocks: tuple[Block, ...], language: str, path: str, folder: str, outlet: str, notice: str
) -> tuple[list[Planted], MarkedText]:
    bare = tuple(Block(block.zone, block.marked.replace("{outlet}", "")) for block in blocks)
    named = tuple(Block(block.zone, block.marked.replace("{outlet}", outlet)) for block in blocks)
    text, marks = as_text((*bare, Block("notice", notice)))
    body = f'<p class="outlet">{outlet}</p>\n' + as_page((*named, Block("notice", notice)), _EMBEDDED)
    saved = page(f"{outlet}", language, f"https://{folder}.example/news/417", body)
    origin = f"text-{folder}"
    text_file = Planted(
        path,
        text.encode(),
        "article_text",
        "text/plain",
        origin,
        local(22, 12, 40),
        (Relation("same_text", path[:-3] + "html", "bare text: no address, date or byline, one name lost"),),
        ("graphic",),
        "publisher, date and author are not in the file",
    )
    page_file = Planted(
        path[:-3] + "html",
        saved,
        "article_page",
        "text/html",
        origin,
        local(22, 12, 41),
        ()
        if folder == "courier"
        else (Relation("translation", "articles/courier/article_en.html", "not declared"),),
        ("graphic",),
        "names the outlet and its address, no date and no byline",
    )
    return [text_file, page_file], MarkedText(path, language, text, tuple(marks))


def _selected() -> tuple[Block, ...]:
    return tuple(article_english.BLOCKS[number] for number in _REPEATED)


def _repeats() -> list[Planted]:
    """Outlets that add nothing of their own; each is tied to what it repeats."""
    courier = "articles/courier/article_en.html"
    agency = as_text(
        (Block("credit", f"{COASTLINE.english}, 24 June"), *_selected(), Block("notice", NOTICE_EN))
    )[0]
    lantern = as_text(
        (
            Block("headline", "Remains on a vehicle in Lower Maresh, according to the Tidewater Courier"),
            Block(
                "body",
                f"According to the {COURIER.english}, the image was posted by the Prosecution Service of Veldara.",
            ),
            Block("body", f"The {LANTERN.english} has not seen the original and could not ask who took it."),
            Block("notice", NOTICE_EN),
        )
    )[0]
    return [
        _page_file(
            "harbour",
            HARBOUR.english,
            _selected(),
            {2: "photo.jpg"},
            22,
            "",
            (Relation("text_overlap", courier),),
        ),
        Planted(
            "articles/lantern/report.txt",
            lantern.encode(),
            "article_text",
            "text/plain",
            "text-courier",
            local(24, 8, 5),
            (Relation("cites", courier, "according to"),),
        ),
        Planted(
            "articles/coastline/wire_2406.txt",
            agency.encode(),
            "article_text",
            "text/plain",
            "text-courier",
            local(24, 9, 30),
            (Relation("text_overlap", courier, "no source is named"),),
            ("graphic",),
        ),
        _page_file(
            "ferry",
            FERRY.english,
            _selected(),
            {},
            27,
            COASTLINE.english,
            (Relation("syndicated", "articles/coastline/wire_2406.txt"),),
        ),
        _page_file(
            "quay",
            QUAY.english,
            _selected(),
            {2: "photo_crop.jpg"},
            27,
            COASTLINE.english,
            (Relation("syndicated", "articles/coastline/wire_2406.txt"),),
        ),
    ]


def _page_file(
    folder: str,
    outlet: str,
    blocks: tuple[Block, ...],
    pictures: dict[int, str],
    day: int,
    credit: str,
    relations: tuple[Relation, ...],
) -> Planted:
    tail = (Block("credit", f"Source: {credit}"),) if credit else ()
    body = f'<p class="outlet">{outlet}, {day} June</p>\n'
    body += as_page((*blocks, *tail, Block("notice", NOTICE_EN)), pictures)
    return Planted(
        f"articles/{folder}/page.html",
        page(outlet, "en", f"https://{folder}.example/{day}-june", body),
        "article_page",
        "text/html",
        "text-courier",
        local(day, 10, 15),
        relations,
        ("graphic",),
    )

"""What stands behind what: origins, publications, and how many origins each question has."""

from __future__ import annotations

from probanda.twin.manifest import Conflict, Origin, Publication, Question

A, B = "party-a", "party-b"

ORIGINS = (
    Origin(
        "origin-photo", "sensor", True, A, "presumably reconnaissance of Party A; the operator is not named"
    ),
    Origin(
        "origin-order-informant", "unnamed_informant", False, None, "one relaying speaker, informant unnamed"
    ),
    Origin("origin-video", "recording", False, None, "one recording; who made it and where is unknown"),
    Origin("origin-photo-frame-416", "sensor", True, A, "another frame of the same flight"),
    Origin("origin-other-scene", "unknown", False, None, "another place and vehicle, looks alike"),
    Origin("origin-illustration", "agency_archive", True, None, "generic picture, evidence of nothing"),
    Origin("origin-flight-log", "sensor", True, A, "log of the aircraft that took the photo"),
    Origin("text-channel-4417", "office", True, A, "prosecution service, also behind the ministry bulletin"),
    Origin("text-dorsek", "office_holder", True, A, "head of the prosecution service"),
    Origin("text-ombudsman", "office_holder", True, A, "ombudsman"),
    Origin("text-courier", "outlet", True, None, "article repeated by other outlets"),
    Origin("text-visnyk", "outlet", True, None, "article, undeclared translation in large part"),
    Origin("text-signal-coast", "outlet", True, None, "retelling of the statement"),
    Origin("text-statement", "interveners", True, None, "issuer of the joint statement"),
    Origin("text-tarmoria-ministry", "office", True, B, "denial"),
    Origin("text-icrc", "organisation", True, None, "reply, privileged"),
    Origin("text-desk", "own", True, None, "documents of the documentation desk itself"),
    Origin("text-brel-forum", "platform_users", False, None, "unnamed users"),
    Origin("notice", "own", True, None, "the notice that all is synthetic"),
)

_ROWS = """
PUB-01|Telegram prosecution_veldara, post 4417|post|party-a|2026-06-21T19:50:00Z|telegram/prosecution_channel_2026-06-21/result.json,telegram/prosecution_channel_2026-06-24/result.json|photo|
PUB-02|Agora, Ilan Dorsek, post 77120|post|party-a|2026-06-21T20:31:00Z|official_post/agora_post_77120.json,official_post/agora_post_77120.html|photo,orders,pattern|PUB-01:stated
PUB-03|Telegram ombudsman_office, post 212|post|party-a|2026-06-09T15:20:00Z|telegram/ombudsman_office/result.json|video,pattern|
PUB-04|Tidewater Courier|article||unknown|articles/courier/article_en.txt,articles/courier/article_en.html|photo,orders,video,pattern|PUB-01:stated,PUB-02:stated,PUB-03:stated
PUB-05|Visnyk Pryplyvu|article||unknown|articles/visnyk/stattia_uk.txt,articles/visnyk/stattia_uk.html|photo,orders,video,pattern|PUB-04:text_match
PUB-06|Harbour Wire|article||2026-06-22|articles/harbour/page.html|photo,orders,pattern|PUB-04:text_match
PUB-07|Lantern Daily|article||2026-06-24|articles/lantern/report.txt|photo|PUB-04:stated
PUB-08|Coastline Agency|article||2026-06-24|articles/coastline/wire_2406.txt|photo,orders,pattern|PUB-04:text_match
PUB-09|Morning Ferry|article||2026-06-27|articles/ferry/page.html|photo,orders,pattern|PUB-08:stated
PUB-10|Old Quay Post|article||2026-06-27|articles/quay/page.html|photo,orders,pattern|PUB-08:stated
PUB-11|Telegram maresh_watch, post 902|post||2026-06-21T22:14:31Z|telegram/maresh_watch/result.json|photo|PUB-01:platform_marker
PUB-12|Telegram maresh_watch, post 861|post||2026-06-11T04:03:00Z|telegram/maresh_watch/result.json|video|PUB-03:perceptual_match
PUB-13|Brel Forum, post 318|post||2026-06-24T19:41:10Z|telegram/brel_forum/result.json|photo|PUB-06:perceptual_match
PUB-14|account k-2291|post||unknown|accounts/k-2291/picture_mirrored.jpg|photo|PUB-11:perceptual_match
PUB-15|account t-118|post||unknown|accounts/t-118/IMG_0093.jpg|photo|PUB-14:hash_match
PUB-16|account m-507|post||unknown|accounts/m-507/IMG-0507.webp|photo|PUB-11:perceptual_match
PUB-17|ministry bulletin of Party A|post|party-a|2026-06-24|official_post/ministry_bulletin.html|photo,pattern|PUB-01:stated
PUB-18|Signal Coast|article||2026-06-16|statements/signal_coast_report.html|statement|
PUB-19|issuer of the joint statement|statement||2026-06-16|statements/joint_statement.txt|statement|
PUB-20|defence ministry of Party B|statement|party-b|2026-06-23|statements/denial_defence_ministry_tarmoria.txt|denial|PUB-02:responds_to
PUB-21|account k-2291|post||unknown|accounts/k-2291/still_video.jpg|video|PUB-03:perceptual_match
"""


def publications() -> tuple[Publication, ...]:
    """Every act of showing that the material holds."""
    rows = []
    for line in _ROWS.strip().splitlines():
        name, publisher, kind, party, published, files, carries, derived = line.split("|")
        edges = tuple((edge.partition(":")[0], edge.partition(":")[2]) for edge in derived.split(",") if edge)
        rows.append(
            Publication(
                name,
                publisher,
                kind,
                party or None,
                published,
                tuple(files.split(",")),
                tuple(carries.split(",")),
                edges,
            )
        )
    return tuple(rows)


def questions() -> tuple[Question, ...]:
    """The four questions with their numbers of origins; copies change only the first two numbers."""
    return (
        _question("photo", 1, 0, ("origin-photo",), "one sensor of one party; all the rest are copies"),
        _question("orders", 0, 1, ("origin-order-informant",), "one relaying speaker, unnamed informant"),
        _question("video", 0, 1, ("origin-video",), "one recording, origin unidentified"),
        _question("pattern", 0, 0, (), "2 official speakers of the same party, 0 data sets"),
    )


def _question(name: str, identified: int, unknown: int, origins: tuple[str, ...], note: str) -> Question:
    carrying = [publication for publication in publications() if name in publication.carries]
    outlets = {publication.publisher.partition(",")[0] for publication in carrying}
    return Question(name, len(carrying), len(outlets), identified, 0, unknown, origins, note)


_EN = "articles/courier/article_en.txt"

CONFLICTS = (
    Conflict(
        "X01", "vehicle", "material", ("C02", "C05"), (("headline", "truck"), ("body", "armoured vehicle"))
    ),
    Conflict(
        "X02",
        "echelon",
        "critical",
        ("C12", "C09"),
        (("caption", "from the very top"), ("quote", "battalion and company command level")),
        "inflation",
    ),
    Conflict(
        "X03",
        "quoted words",
        "material",
        ("C01", "C08"),
        (("headline", "Leave none of them alive"), ("quote", "that no Veldaran soldiers be taken captive")),
        "the fragment stands nowhere in the quotation",
    ),
    Conflict(
        "X04",
        "certainty of the orders",
        "material",
        ("C03", "C08", "C12"),
        (("lead", "There is talk"), ("quote", "We received information"), ("caption", "the service says")),
    ),
    Conflict(
        "X05",
        "purpose of the statement",
        "material",
        ("C25", "S01"),
        (
            ("caption", "condemning Tarmoria for the torture of captives"),
            ("body", "calling for the release of all captives and the return of the missing"),
            ("issuer", "release and exchange of captives held by both parties"),
        ),
    ),
    Conflict(
        "X06",
        "order given or not",
        "critical",
        ("C08", "C09", "D01"),
        (("quote", "ordered"), ("denial", "No order to take no captives was given at any level of command")),
        "denial by the party concerned",
    ),
    Conflict(
        "X07",
        "place and vehicle of the photo",
        "critical",
        ("C04", "C05", "D03"),
        (("body", "Lower Maresh"), ("denial", "neither the place nor the vehicle that is claimed")),
    ),
    Conflict(
        "X08", "spelling of a name", "cosmetic", (), (("body", "Ilan Dorsek"), ("credit", "Ylan Dorszek"))
    ),
    Conflict(
        "X09",
        "office title",
        "cosmetic",
        (),
        (("as printed", "Attorney General"), ("normalised", "Prosecutor General")),
    ),
    Conflict(
        "X10",
        "qualification term",
        "material",
        ("C14",),
        (
            ("as printed, en", "deliberative murder"),
            ("as printed, uk", "обміркованим убивством"),
            ("normalised, en", "intentional killing"),
            ("normalised, uk", "умисним убивством"),
        ),
        "mistranslation",
    ),
    Conflict(
        "X11",
        "day of the photo",
        "material",
        (),
        (
            ("post 4417 before its edit", "19 June"),
            ("post 4417 after its edit", "20 June"),
            ("EXIF", "2026-06-20"),
        ),
        "explained by the edit",
    ),
    Conflict(
        "X12",
        "second of the photo",
        "material",
        (),
        (("EXIF and SRT", "2026-06-20T11:06:12Z"), ("CSV", "2026-06-20T11:06:31Z")),
        "19 seconds apart; places agree",
    ),
    Conflict(
        "X13",
        "day of a message",
        "cosmetic",
        (),
        (("chat line", "28.06.2026"), ("name of the picture", "20260629")),
    ),
)

"""Letters, a reply, a request and a mail, as texts, a word-processor file and a PDF."""

from __future__ import annotations

from probanda.twin import containers
from probanda.twin.aerial import HARBOUR
from probanda.twin.manifest import Member, Planted, Relation
from probanda.twin.parties import HEAD, NOTICE_EN, OMBUDSMAN, local
from probanda.twin.video import FULL

ICRC_LETTER = "letters/2026-06-10_to_icrc.txt"
UN_LETTER = "letters/2026-06-10_to_un_special_rapporteur.txt"

_ICRC = f"""Ombudsman of Veldara
Reference OMB/2026/417-1
10 June 2026

To the International Committee of the Red Cross, delegation in Veldara (synthetic addressee)

Subject: fate and treatment of four captives seen in a video

On 9 June 2026 a video was published on this office's channel. It shows four persons whom the speakers treat as captives,
and five others. Place and date of the recording are not known to this office. The names of the four are not known.

We ask you to trace the four persons, to ask for a visit, and to remind the detaining party of its duties under Geneva
Convention III. We do not ask for your findings and will not publish your reply. Families have not been contacted yet.

{OMBUDSMAN.english}

{NOTICE_EN}
"""

_UN = f"""Ombudsman of Veldara
Reference OMB/2026/417-2
10 June 2026

To the Special Rapporteur on torture, United Nations (synthetic addressee)

Subject: allegation letter, treatment of four captives seen in a video

What is alleged: beatings, threats, a shot fired beside one person. By whom: persons said to belong to the forces of
Tarmoria; no unit is identified by this office. Source: one video whose first publisher is not known. Domestic steps: the
regional prosecutor's office has been informed. This office has no consent of the persons or families.

We ask that this enters the evidence base for the future tribunal, and that the State concerned is asked for its account.

{OMBUDSMAN.english}

{NOTICE_EN}
"""

_REPLY = f"""International Committee of the Red Cross (synthetic sender)
Confidential. Reference SYN-88/0417
19 June 2026

To the Ombudsman of Veldara

We acknowledge your letter OMB/2026/417-1. Our dialogue with the parties is confidential, and so is this letter.
It may not be published, quoted or used in proceedings.

{NOTICE_EN}
"""

_REQUEST = [
    "Documentation desk, request DD-2026-0042",
    "2 July 2026",
    "To the Prosecution Service of Veldara",
    "We ask for: 1. the original footage of 20 June 2026 and its logs,",
    "2. the name of the service that operated the sensor,",
    "3. how the information on orders was received, and by whom,",
    "4. forensic results, if any, 5. the register number of the investigation.",
    "Reply until 31 July 2026. Conditions of use are accepted in writing.",
    "Synthetic case: every party, place and person is invented.",
]

_HANDOVER = f"""Record of hand-over, 3 July 2026, 09:00 to 09:40 (+03:00)

Handed over by: an officer of the Prosecution Service of Veldara (name held apart)
Received by: documentation desk, custodian
Carrier: one memory card, seal SYN-0093, unbroken
Files: MRSH_0416.JPG, MRSH_0417.JPG, one copy under another name, MRSH_0417.SRT, flight_2026-06-20.csv
Condition: for lead purposes only until the giver agrees otherwise in writing
Not answered: who operated the sensor; where the card was between 20 June and 3 July

{NOTICE_EN}
"""


def letters(small_photo: bytes) -> list[Planted]:
    """All letters; the mail carries the recompressed photo again."""
    docx = containers.word_file(_UN.strip().splitlines())
    headers = {
        "From": "Documentation desk <desk@documentation-desk.example>",
        "To": "Prosecution Service <office@prosecution-veldara.example>",
        "Subject": f"Request DD-2026-0042, photo published with the comment of {HEAD.english}",
        "Date": "Thu, 02 Jul 2026 09:41:07 +0300",
        "Message-ID": "<synthetic-0042@documentation-desk.example>",
    }
    words = f"Please find our request attached to the letter of today, and the picture it is about.\n\n{NOTICE_EN}\n"
    sent = containers.mail(headers, words, "photo.jpg", small_photo)
    carried = containers.members_of(
        "", {"photo.jpg": small_photo}, {"photo.jpg": (Relation("byte_identical", HARBOUR),)}
    )
    about = (Relation("about", FULL),)
    return [
        _text(ICRC_LETTER, _ICRC, 10, 6, about),
        _text(UN_LETTER, _UN, 10, 6, about),
        _letter(
            "letters/2026-06-10_to_un_special_rapporteur.docx",
            docx,
            "text-ombudsman",
            10,
            6,
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            (Relation("same_text", UN_LETTER),),
        ),
        _letter(
            "letters/2026-06-19_reply_from_icrc.txt",
            _REPLY.encode(),
            "text-icrc",
            19,
            6,
            "text/plain",
            (Relation("replies_to", ICRC_LETTER),),
            ("icrc_privileged",),
            note="must not leave by export",
        ),
        _letter(
            "letters/2026-07-02_request_for_original.pdf",
            containers.pdf_file(_REQUEST),
            "text-desk",
            2,
            7,
            "application/pdf",
            (Relation("about", "telegram/prosecution_channel_2026-06-21/result.json"),),
        ),
        _letter(
            "letters/2026-07-02_request.eml",
            sent,
            "text-desk",
            2,
            7,
            "message/rfc822",
            (Relation("contains", HARBOUR),),
            ("graphic",),
            carried,
        ),
        _letter(
            "handover/record_of_handover.txt",
            _HANDOVER.encode(),
            "text-desk",
            3,
            7,
            "text/plain",
            (Relation("about", "handover/aerial/MRSH_0417.JPG"),),
            ("third_party_condition",),
        ),
    ]


def _text(path: str, words: str, day: int, month: int, relations: tuple[Relation, ...]) -> Planted:
    return _letter(path, words.encode(), "text-ombudsman", day, month, "text/plain", relations)


def _letter(
    path: str,
    data: bytes,
    origin: str,
    day: int,
    month: int,
    media_type: str,
    relations: tuple[Relation, ...],
    labels: tuple[str, ...] = (),
    members: tuple[Member, ...] = (),
    note: str = "",
) -> Planted:
    kind = "letter" if path.startswith("letters/") else "custody_record"
    return Planted(
        path, data, kind, media_type, origin, local(day, 9, 45, month=month), relations, labels, note, members
    )

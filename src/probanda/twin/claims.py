"""The claims ledger of the synthetic case: C01 to C26 of the articles, D of the denial, S of the joint statement."""

from __future__ import annotations

from dataclasses import dataclass, replace

from probanda.twin.manifest import Appearance, Claim, Part
from probanda.twin.markup import Mark

OUTLET, HEAD, SERVICE, OMBUDSMAN = "outlet", "head of prosecution service", "prosecution service", "ombudsman"
MINISTRY, ISSUER = "defence ministry of Party B", "issuer of the joint statement"

# id | speaker | modality | speech act | scope | depth as listed | upstream | paraphrase | traps (; between)
_ROWS = f"""
C01|{OUTLET}|reported|report|order|1?|unnamed|Soldiers of Party B are reported to have had orders to kill soldiers of Party A by a stated method.|quoted fragment does not match the quoted official
C02|{OUTLET}|asserted|assert|single_event|1|channel post|Remains are said to be seen on a truck.|conflicts with C05 on the vehicle
C03|{OUTLET}|rumoured|relay|order|1?|unnamed|There is talk of such orders.|hedge word must be stored
C04|{OUTLET}|reported|report|single_event|1?|unnamed|The image is reported to come from aerial reconnaissance over Lower Maresh.|no grammatical subject, informant unknown;stated three times, one claim family
C05|{OUTLET}|reported|describe_media|single_event|1|channel post|The image is described as showing remains, presumed of a soldier of Party A, on a damaged armoured vehicle of Party B.|the hedge belongs to the identity of the dead person only
C06|{OUTLET}|reported|report|single_event|1|channel post|The image is said to have been posted on the official channel of the prosecution service.|can be checked by capture
C07|{HEAD}|asserted|assert|single_event|0||The speaker says one killing by the stated method is documented for Lower Maresh.|documented may mean only that an image of the result exists
C08|{HEAD}|reported|relay|order|1?|unnamed|The speaker says information was received that commanders of Party B ordered that no captives be taken and that they be killed by a stated method.|unnamed informant;two limbs to be split
C09|{HEAD}|asserted|assert|order|?|unnamed|The speaker says the orders were issued at battalion and company command level.|no unit, no name, no date
C10|{HEAD}|asserted|characterise|policy|0||The speaker says this shows a policy of destroying a people.|evaluative, policy and intent;not a finding of any crime
C11|{HEAD}|asserted|characterise|pattern|0||The speaker says the cases are not isolated but a planned strategy.|pattern claim, kept out of incident facts
C12|{OUTLET}|alleged|allege|order|1|{SERVICE}|A caption says the orders came from the very top.|inflation against C09
C13|{SERVICE}|asserted|characterise|legal_characterisation|0||The service says such killing grossly breaches Geneva Convention III and the Additional Protocol on international conflicts.|no article numbers
C14|{OUTLET}|reported|announce_procedure|procedural_step|1?|unnamed|A pre-trial investigation is reported opened under a two-limb qualification.|mistranslated term, keep literal and normalised
C15|{OUTLET}|reported|announce_procedure|procedural_step|1?|unnamed|The regional prosecutor is reported to lead, the security service for two regions to carry out.|roles with territory
C16|{HEAD}|asserted|promise|context|0||The speaker promises punishment and asks others to isolate the other State.|speech act, not evidence
C17|{OUTLET}|asserted|assert|pattern|1?|unnamed|The outlet says the armed force has a long record of ill-treating captives.|pattern claim by the outlet, evaluative;the outlet's own name is missing from the sentence
C18|{OUTLET}|observed_by_speaker|describe_media|several_events|0|video|The outlet describes four captives beaten, threatened, marched through woods and told to sing an anthem by five captors.|counts;captive is a characterisation of status;whether the outlet saw the video is not said
C19|{OUTLET}|observed_by_speaker|describe_media|single_event|0|video|The outlet describes one captive kicked twice.|act level, one victim
C20|{OUTLET}|reported|describe_media|single_event|1|unknown voice|The outlet reports in translation that a captor asks whether he may have to be killed.|question form;translator unknown
C21|{OUTLET}|observed_by_speaker|describe_media|single_event|0|video|The outlet describes a shot into the ground beside a captive who shows no reaction.|mock execution is an interpretation
C22|{OUTLET}|asserted|assert|status_of_person|?|unnamed|The outlet says the captors were paratroopers.|basis not given
C23|{OMBUDSMAN}|asserted|characterise|pattern|0/1|video|The ombudsman says the video shows ill-treatment and that this is a common tactic.|event limb and pattern limb to be split
C24|{OMBUDSMAN}|asserted|assert|procedural_step|0||The ombudsman says she sent letters to the ICRC and the UN.|can be checked: copies, dates, reference numbers
C25|{OUTLET}|reported|relay|context|2|Signal Coast|More than 80 States and organisations are said to have signed a statement days earlier.|two versions of its purpose;context only
C26|{OUTLET}|asserted|assert|context|-||The video incident is placed earlier in June, the image days after the statement.|year not stated;relative dates with unknown anchor
D01|{MINISTRY}|denied|deny|order|0||The ministry of Party B denies that any such order was given at any level.|answers C08 and C09
D02|{MINISTRY}|asserted|assert|policy|0||The ministry of Party B says an instruction requires humane treatment of those who surrender.|may speak against C08;no copy is attached
D03|{MINISTRY}|denied|deny|single_event|0||The ministry of Party B denies that the picture shows the claimed place and vehicle.|answers C04 and C05
S01|{ISSUER}|asserted|request|context|0||The signatories call for release and exchange of captives by both parties.|purpose as the issuer states it, against C25
"""

_DEPTHS = {"0": 0, "1": 1, "1?": 1, "2": 2, "0/1": None, "?": None, "-": None}


def ledger() -> tuple[Claim, ...]:
    """The rows without their places."""
    rows = []
    for line in _ROWS.strip().splitlines():
        name, speaker, modality, act, scope, depth, upstream, paraphrase, traps = line.split("|")
        rows.append(
            Claim(
                name,
                speaker,
                modality,
                act,
                scope,
                _DEPTHS[depth],
                depth,
                upstream,
                paraphrase,
                tuple(traps.split(";")),
            )
        )
    return tuple(rows)


@dataclass(frozen=True, slots=True)
class MarkedText:
    """One written text file, decoded, with the marks that stand in it."""

    file: str
    language: str
    text: str
    marks: tuple[Mark, ...]


def placed(texts: tuple[MarkedText, ...]) -> tuple[Claim, ...]:
    """The ledger with every place where its words stand in these texts."""
    return tuple(
        replace(claim, appearances=_places(texts, claim.id), parts=_parts(texts, claim.id))
        for claim in ledger()
    )


def _parts(texts: tuple[MarkedText, ...], claim: str) -> tuple[Part, ...]:
    names = sorted({mark.name for text in texts for mark in text.marks if mark.name.startswith(claim + ".")})
    return tuple(Part(name.partition(".")[2], _places(texts, name)) for name in names)


def _places(texts: tuple[MarkedText, ...], name: str) -> tuple[Appearance, ...]:
    return tuple(
        Appearance(
            text.file, mark.zone, text.language, mark.start, mark.end, text.text[mark.start : mark.end]
        )
        for text in texts
        for mark in sorted(text.marks, key=lambda mark: mark.start)
        if mark.name == name
    )

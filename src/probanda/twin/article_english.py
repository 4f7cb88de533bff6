"""The English article: all traps of the claims ledger, in neutral words; `{outlet}` is lost in the bare text version."""

from __future__ import annotations

from probanda.twin.markup import Block

CAPTION_BLOCK = 4

BLOCKS = (
    Block(
        "headline",
        "[[C01|[[C01.quoted_fragment|“Leave none of them alive”]]: Tarmorian soldiers were given orders to kill "
        "Veldaran soldiers by the blade]], [[C02|remains seen on a [[C02.vehicle|truck]]]]",
    ),
    Block(
        "lead",
        "[[C03|[[C03.hedge|There is talk]] of orders to kill captured soldiers by the blade]]. "
        "[[C04|Reports that the image made public on Sunday was taken by aerial reconnaissance in the Lower Maresh "
        "region]].",
    ),
    Block("notice", "Warning: the material described in this article may distress readers."),
    Block("subhead", "The image from Lower Maresh"),
    Block(
        "caption",
        "[[C04|Aerial reconnaissance image, Lower Maresh region]]. [[C06|Published on the official channel of the "
        "Prosecution Service]]. [[C12|The orders, the service says, came [[C12.echelon|from the very top]]]].",
    ),
    Block("credit", "Photo: Ylan Dorszek / Agora, Telegram"),
    Block(
        "body",
        "[[C05|The image shows the remains, [[C05.hedge|presumably]] of a Veldaran soldier, on the bonnet of a damaged "
        "[[C05.vehicle|armoured vehicle]] of the Tarmorian forces]]. [[C06|It was posted on the official Telegram "
        "channel of the Prosecution Service of Veldara]]. [[C04|Was taken, as reported, by aerial reconnaissance in the "
        "Lower Maresh region]].",
    ),
    Block("body", "The Attorney General of Veldara, Ilan Dorsek, commented on the image on his Agora page:"),
    Block(
        "quote",
        "“[[C07|One killing by the blade has been documented in the Lower Maresh region]]. [[C08|We received "
        "information that [[C08.limb_no_quarter|commanders of the Tarmorian forces ordered that no Veldaran soldiers be "
        "taken captive]] [[C08.limb_method|and that they be killed by the blade]]]]. [[C09|The orders were issued at "
        "[[C09.echelon|battalion and company command level]]]]. [[C10|[[C10.evaluative|This savagery]] shows once more "
        "a policy of destroying our people]]. [[C11|These are not isolated cases but a planned strategy]].”",
    ),
    Block(
        "quote",
        "“[[C16|Punishment will follow for everyone who gave and carried out these orders, and we ask all States to "
        "isolate Tarmoria]].”",
    ),
    Block(
        "body",
        "[[C13|Killing captives by the blade, the Prosecution Service notes, grossly violates Geneva Convention III and "
        "the Additional Protocol on international armed conflicts]].",
    ),
    Block(
        "body",
        "[[C14|A pre-trial investigation has been opened into violation of the laws and customs of war combined with "
        "[[C14.term_as_printed|deliberative murder]]]]. [[C15|The Lower Maresh Regional Prosecutor's Office leads it; "
        "the Security Service for the Lower Maresh and Upper Maresh regions carries it out]].",
    ),
    Block("subhead", "An earlier video"),
    Block(
        "body",
        "As {outlet} reported earlier, [[C17|[[C17.evaluative|the notorious]] Tarmorian army has a long record of torture "
        "of captives]]. [[C26|Earlier in June a video of captives appeared; the image became known days after the "
        "statement of the States]].",
    ),
    Block(
        "body",
        "[[C18|The video shows [[C18.count_captives|four]] [[C18.status|captives]] being beaten, threatened and marched "
        "through woods by [[C18.count_captors|five]] captors, who try to make them sing the Tarmorian anthem]]. "
        "[[C19|One captive is kicked in the lower body and then in the head]]. [[C20|“[[C20.utterance|So, will we have to "
        "kill you after all?]]” one of the captors says]]. [[C21|A shot is fired into the ground close to the head of "
        "one man, who does not visibly react]]. [[C22|The captors were paratroopers]].",
    ),
    Block("body", "The ombudsman of Veldara, Mira Tolvan, published the video and wrote:"),
    Block(
        "quote",
        "“[[C23|[[C23.limb_event|The video shows beatings, humiliation, threats and a simulated shooting]]. "
        "[[C23.limb_pattern|This is their common tactic]]]]. [[C24|I have sent letters to the International Committee "
        "of the Red Cross and to the United Nations]], so that this enters the evidence base for the future tribunal.”",
    ),
    Block("subhead", "Statement of the States"),
    Block(
        "caption",
        "[[C25|More than 80 States and organisations signed a statement [[C25.purpose_caption|condemning Tarmoria for "
        "the torture of captives]], Signal Coast reports]].",
    ),
    Block("credit", "Photo: Coastline Agency / archive, illustrative"),
    Block(
        "body",
        "[[C25|According to Signal Coast, [[C25.count|more than 80]] States and organisations signed a joint statement "
        "days earlier [[C25.purpose_body|calling for the release of all captives and the return of the missing]]]].",
    ),
)

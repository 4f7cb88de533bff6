"""Every invented name of the synthetic case, in one place: nothing here exists outside it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

NOTICE_EN = (
    "Synthetic case for demonstration: every party, place, office, outlet, person and event is invented."
)
NOTICE_UK = "Синтетична справа для показу: усі сторони, місця, установи, видання, особи та події вигадані."

LOCAL = timezone(timedelta(hours=3))


def local(day: int, hour: int, minute: int, second: int = 0, month: int = 6) -> datetime:
    """An instant in the case's own year and local time (+03:00)."""
    return datetime(2026, month, day, hour, minute, second, tzinfo=LOCAL)


PHOTO_TAKEN = datetime(2026, 6, 20, 11, 6, 12, tzinfo=UTC)
POST_SHOWN = datetime(2026, 6, 21, 19, 50, 0, tzinfo=UTC)
POST_EDITED = datetime(2026, 6, 22, 6, 12, 40, tzinfo=UTC)
AGORA_SHOWN = datetime(2026, 6, 21, 20, 31, 0, tzinfo=UTC)
VIDEO_SHOWN = datetime(2026, 6, 9, 15, 20, 0, tzinfo=UTC)
STATEMENT_SIGNED = datetime(2026, 6, 16, 12, 0, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Name:
    """One invented bearer and every spelling under which the material prints it."""

    id: str
    label: str
    english: str
    ukrainian: str
    variants: tuple[str, ...] = ()


PARTY_A = Name("party-a", "Party A", "Veldara", "Велдара", ("Veldaran", "велдарський"))
PARTY_B = Name("party-b", "Party B", "Tarmoria", "Тарморія", ("Tarmorian", "тарморський"))
REGION = Name("place-lower-maresh", "region", "Lower Maresh", "Нижній Мареш", ("Nyzhnii Maresh",))
TOWN = Name("place-brel", "settlement", "Brel", "Брель", ("Brel crossing", "Bril"))
PROSECUTION = Name(
    "office-prosecution",
    "prosecution service of Party A",
    "Prosecution Service of Veldara",
    "Прокурорська служба Велдари",
    ("Attorney General's Office of Veldara", "Office of the Prosecutor General"),
)
HEAD = Name(
    "person-head-of-prosecution",
    "head of the prosecution service of Party A",
    "Ilan Dorsek",
    "Ілан Дорсек",
    ("I. Dorsek", "Ylan Dorszek", "Ілян Доршек"),
)
OMBUDSMAN = Name(
    "person-ombudsman", "ombudsman of Party A", "Mira Tolvan", "Міра Толван", ("M. Tolwan", "Мирра Толвань")
)
SPOKESMAN = Name(
    "person-spokesman",
    "spokesman of the defence ministry of Party B",
    "Oren Vaskel",
    "Орен Васкель",
    ("O. Vaskell",),
)

COURIER = Name("outlet-courier", "outlet", "Tidewater Courier", "Кур'єр Тайдвотера")
VISNYK = Name("outlet-visnyk", "outlet", "Visnyk Pryplyvu", "Вісник Припливу")
SIGNAL = Name("outlet-signal", "outlet", "Signal Coast", "Берег Сигналу")
HARBOUR = Name("outlet-harbour", "outlet", "Harbour Wire", "Портова стрічка")
LANTERN = Name("outlet-lantern", "outlet", "Lantern Daily", "Щоденний ліхтар")
COASTLINE = Name("outlet-coastline", "outlet", "Coastline Agency", "Агенція Узбережжя")
FERRY = Name("outlet-ferry", "outlet", "Morning Ferry", "Ранковий пором")
QUAY = Name("outlet-quay", "outlet", "Old Quay Post", "Старий причал")
REGIONAL = Name(
    "office-regional-prosecutor",
    "regional prosecutor's office of Party A, leads the investigation",
    "Lower Maresh Regional Prosecutor's Office",
    "Нижньомареська обласна прокуратура",
)
SECURITY = Name(
    "office-security-service",
    "security service of Party A, carries the investigation out in two regions",
    "Security Service",
    "Служба безпеки",
)

NAMES = (
    *(PARTY_A, PARTY_B, REGION, TOWN, PROSECUTION, REGIONAL, SECURITY, HEAD, OMBUDSMAN, SPOKESMAN),
    *(COURIER, VISNYK, SIGNAL, HARBOUR, LANTERN, COASTLINE, FERRY, QUAY),
)

"""Role × action × label, over terminal, page and JSON. What must come out is written here, by itself."""

import asyncio
import re

import httpx
import pytest

from person import PASSPHRASE, Person
from probanda.base import Base
from probanda.faces.web.app import create_app
from probanda.faces.web.base_desk import BaseDesk
from probanda.model.labels import Confidentiality, Label
from probanda.model.policy import NOBODY, Action, Protection, Reader, decide
from probanda.model.roles import Role
from probanda.vault.keys import KeyRing

C, R, A, L, P, K, S, D, X = (
    "collector",
    "reviewer",
    "analyst",
    "legal-officer",
    "protection-officer",
    "custodian",
    "supervisor",
    "disclosure-officer",
    "external-reader",
)
NOBODY_AT_ALL = "nobody"
EVERY_ROLE = {C, R, A, L, P, K, S, D, X}
STAFF = EVERY_ROLE - {X}
EVERYBODY = EVERY_ROLE | {NOBODY_AT_ALL}
KEEPERS = {K, S, P}

# Who may know that an item with this label or degree exists.
SEES = {
    "captive_identifiable": STAFF,
    "graphic": EVERYBODY,
    "icrc_privileged": KEEPERS | {L},
    "identity_protected": KEEPERS,
    "legal_privilege": {L, K, S},
    "location_sensitive": STAFF,
    "minor": STAFF,
    "remains": EVERYBODY,
    "sgbv": STAFF,
    "source_protected": KEEPERS,
    "third_party_condition": STAFF,
    "public": EVERYBODY,
    "restricted": EVERYBODY,
    "confidential": STAFF,
    "confidential_ex_parte": KEEPERS | {L, D},
    "secret": KEEPERS,
}
# What may leave in a package. Of a label that is not here nothing leaves, whoever asks.
MAY_LEAVE = {"graphic", "remains", "public", "restricted", "confidential"}
# Originals with these labels go to keepers only; degrees do not narrow it further than seeing does.
KEPT_BACK = {word for word in SEES if word in set(Label)} - {"graphic", "remains"}

BY_ROLE_ALONE = {
    "verify": EVERYBODY,
    "rebuild": EVERYBODY,
    "receive": {C, K},
    "label": STAFF,
    "open-matter": {C, K, S},
    "anchor": {K, S},
    "enrol": {S},
    "grant": {S},
    "revoke": {S},
}
LOOKING = {
    "list": EVERYBODY,
    "read": EVERYBODY,
    "preview": EVERYBODY,
    "reveal": EVERY_ROLE,
    "download": STAFF,
    "export": {D, S},
    "unlabel": KEEPERS,
}


def expected(role, action, word):
    """What must be decided."""
    if action in BY_ROLE_ALONE:
        return role in BY_ROLE_ALONE[action]
    if role not in LOOKING[action] or role not in SEES[word]:
        return False
    if action == "export":
        return word in MAY_LEAVE
    return not (action == "download" and word in KEPT_BACK and role not in KEEPERS)


def protection(word):
    if word in set(Label):
        return Protection(frozenset({Label(word)}))
    return Protection(confidentiality=Confidentiality(word))


def reader_with(role):
    return NOBODY if role == NOBODY_AT_ALL else Reader(None, frozenset({Role(role)}))


def test_every_role_action_and_label_is_in_the_table():
    assert set(Role) == EVERY_ROLE
    assert set(BY_ROLE_ALONE) | set(LOOKING) == set(Action)
    assert set(SEES) == set(Label) | set(Confidentiality)


@pytest.mark.parametrize("action", list(Action))
def test_each_decision_is_the_one_in_the_table(action):
    wrong = [
        (role, word)
        for role in sorted(EVERYBODY)
        for word in SEES
        if decide(reader_with(role), action, protection(word)).allowed != expected(role, action, word)
    ]

    assert wrong == []


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    """A base with an item for each label and degree, and an agent for each role."""
    person = Person(tmp_path_factory.mktemp("office"))
    person("init", "base", "--as", "First")
    person.environment["PROBANDA_AS"] = "First"
    person.environment["PROBANDA_NEW_PASSPHRASE"] = PASSPHRASE
    for word in SEES:
        (person.home / word).write_text(f"an item that is {word}")
        person("add", word, "--label", word)
    for role in sorted(EVERY_ROLE):
        person("agent", "enrol", role, "--role", role)
    return person


@pytest.fixture(scope="module")
def refs(office):
    """The reference of each item, by its label or degree."""
    office("agent", "enrol", "Keeper", "--role", K, "--role", L)
    items = office("list", "--json", PROBANDA_AS="Keeper").json["items"]
    return {item["paths"][0]: item["ref"] for item in items}


def standing(role):
    """How the person at the terminal shows who they are."""
    if role == NOBODY_AT_ALL:
        return {"PROBANDA_AS": None, "PROBANDA_PASSPHRASE": None}
    return {"PROBANDA_AS": role}


def seen_by(role):
    return {word for word in SEES if role in SEES[word]}


@pytest.mark.slow
@pytest.mark.parametrize("role", sorted(EVERYBODY))
def test_the_terminal_lists_what_a_role_may_see_and_counts_the_rest(office, refs, role):
    page = office("list", "--json", **standing(role)).json
    text = office("list", **standing(role)).out

    assert {item["paths"][0] for item in page["items"]} == seen_by(role)
    assert page["kept_from_you"] == len(SEES) - len(seen_by(role))
    assert set(re.findall(r"PB-M000-\d+", text)) == {refs[word] for word in seen_by(role)}


@pytest.mark.slow
@pytest.mark.parametrize("role", sorted(EVERYBODY))
@pytest.mark.parametrize("verb", ["show", "history", "prove"])
def test_the_terminal_shows_nothing_of_what_a_role_may_not_see(office, refs, role, verb):
    kept = sorted(set(SEES) - seen_by(role))

    for word in kept[:2]:
        said = office(verb, refs[word], "--json", code=2, **standing(role)).json
        assert said["error"]["name"] == "E-NOT-FOUND"
    office(verb, refs["restricted"], **standing(role))


@pytest.mark.slow
@pytest.mark.parametrize("role", sorted(EVERY_ROLE))
def test_the_terminal_packs_only_what_may_leave_and_only_for_who_discloses(office, refs, role):
    word_of = {ref: word for word, ref in refs.items()}
    asked = [refs[word] for word in sorted(seen_by(role))]

    said = office("export", *asked, "-o", f"all-{role}", "--json", code=6, **standing(role)).json

    refused = {word_of[one["ref"]] for one in said["error"]["refused"]}
    allowed = {word for word in seen_by(role) if expected(role, "export", word)}
    assert refused == seen_by(role) - allowed
    if allowed:
        office("export", *[refs[word] for word in sorted(allowed)], "-o", f"some-{role}", **standing(role))


ACTS = {
    "receive": (["add", "restricted", "--again"], 0),
    "label": (["label", "REF", "--add", "graphic"], 0),
    "unlabel": (["label", "REF", "--add", "restricted", "--remove", "graphic", "--reason", "x"], 0),
    "open-matter": (["matter", "open", "Matter of ROLE"], 0),
    "anchor": (["anchor", "--tsa", "http://127.0.0.1:9/"], 1),  # allowed, and nobody answers there
    "enrol": (["agent", "enrol", "New by ROLE", "--role", "reviewer"], 0),
    "grant": (["agent", "grant", "Keeper", "--role", "custodian", "--role", L, "--reason", "x"], 0),
}


@pytest.mark.slow
@pytest.mark.parametrize("role", sorted(EVERY_ROLE))
@pytest.mark.parametrize("action", ACTS)
def test_the_terminal_does_for_a_role_what_it_may_do(office, refs, role, action):
    arguments, code = ACTS[action]
    arguments = [word.replace("REF", refs["graphic"]).replace("ROLE", role) for word in arguments]
    office("label", refs["graphic"], "--add", "graphic")

    office(*arguments, code=code if expected(role, action, "graphic") else 6, **standing(role))


class Visitor:
    """A browser without one: signs in as people do, keeps cookies."""

    ADDRESS = "http://127.0.0.1:8440"

    def __init__(self, office, role):
        base = Base(office.base)
        app = create_app(BaseDesk(base, KeyRing(office.home / "keys")), port=8440)
        self._client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=self.ADDRESS)
        self._role = role

    async def __aenter__(self):
        if self._role != NOBODY_AT_ALL:
            page = await self._client.get("/sign-in")
            token = re.search(r'name="token" value="([^"]+)"', page.text)[1]
            fields = {"token": token, "name": self._role, "passphrase": PASSPHRASE}
            await self._client.post("/sign-in", data=fields, headers={"origin": self.ADDRESS})
        return self

    async def __aexit__(self, *_):
        await self._client.aclose()

    async def status(self, path):
        return (await self._client.get(path)).status_code

    async def text(self, path):
        return (await self._client.get(path)).text


async def visited(office, refs, role):
    """What a page, its JSON twin and a download answer for each item, by label or degree."""
    async with Visitor(office, role) as visitor:
        listed = await visitor.text("/items"), await visitor.text("/items.json")
        page = {word: await visitor.status(f"/items/{ref}") for word, ref in refs.items()}
        twin = {word: await visitor.status(f"/items/{ref}.json") for word, ref in refs.items()}
        history = {word: await visitor.status(f"/items/{ref}/history.json") for word, ref in refs.items()}
        download = {word: await visitor.status(f"/items/{ref}/original") for word, ref in refs.items()}
        add = await visitor.status("/add")
    return listed, (page, twin, history), download, add


@pytest.mark.slow
@pytest.mark.parametrize("role", sorted(EVERY_ROLE))
def test_pages_and_their_twins_open_what_a_role_may_see(office, refs, role):
    listed, opened, download, add = asyncio.run(visited(office, refs, role))

    for text in listed:
        assert set(re.findall(r"PB-M000-\d{6}", text)) == {refs[word] for word in seen_by(role)}
    for answers in opened:
        assert {word for word, status in answers.items() if status == 200} == seen_by(role)
        assert {status for word, status in answers.items() if word not in seen_by(role)} <= {404}
    assert {word for word, status in download.items() if status == 200} == {
        word for word in SEES if expected(role, "download", word)
    }
    assert add == (200 if expected(role, "receive", "restricted") else 403)


@pytest.mark.slow
def test_pages_open_nothing_to_who_is_not_signed_in(office, refs):
    listed, opened, download, add = asyncio.run(visited(office, refs, NOBODY_AT_ALL))

    assert not any("PB-M000" in text for text in listed)
    statuses = {status for answers in (*opened, download) for status in answers.values()} | {add}
    assert 200 not in statuses

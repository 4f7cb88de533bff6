from __future__ import annotations

import pytest
from twin_case import Twin

from probanda.twin.markup import Block, as_text, unmark

_ENGLISH, _UKRAINIAN = "articles/courier/article_en.txt", "articles/visnyk/stattia_uk.txt"


def test_every_span_gives_exactly_the_words_it_quotes(twin: Twin) -> None:
    for claim in twin.manifest.claims:
        for place in (*claim.appearances, *(place for part in claim.parts for place in part.appearances)):
            assert place.words and twin.text(place.file)[place.start : place.end] == place.words, (
                claim.id,
                place,
            )


def test_all_claims_of_the_ledger_stand_in_both_articles(twin: Twin) -> None:
    claims = {claim.id: claim for claim in twin.manifest.claims if claim.id.startswith("C")}
    assert sorted(claims) == [f"C{number:02d}" for number in range(1, 27)]
    for claim in claims.values():
        assert {_ENGLISH, _UKRAINIAN} <= {place.file for place in claim.appearances}, claim.id


def test_every_part_of_a_claim_lies_inside_the_claim(twin: Twin) -> None:
    for claim in twin.manifest.claims:
        for part in claim.parts:
            for place in part.appearances:
                assert any(
                    whole.file == place.file and whole.start <= place.start and place.end <= whole.end
                    for whole in claim.appearances
                ), (claim.id, part.name)


def test_a_hedge_is_marked_to_the_letter_and_apart_from_the_vehicle(twin: Twin) -> None:
    claim = next(claim for claim in twin.manifest.claims if claim.id == "C05")
    words = {part.name: [place.words for place in part.appearances] for part in claim.parts}
    assert words == {"hedge": ["presumably", "імовірно"], "vehicle": ["armoured vehicle", "бронемашини"]}


def test_the_aerial_claim_stands_three_times_in_each_article(twin: Twin) -> None:
    claim = next(claim for claim in twin.manifest.claims if claim.id == "C04")
    assert [place.zone for place in claim.appearances] == ["lead", "caption", "body"] * 2


def test_the_bare_text_has_lost_the_name_of_its_outlet_and_the_page_has_not(twin: Twin) -> None:
    assert "As  reported earlier" in twin.text(_ENGLISH)
    assert "As Tidewater Courier reported earlier" in twin.text("articles/courier/article_en.html")
    assert "писав ," in twin.text(_UKRAINIAN)


def test_the_bare_text_has_no_address_and_no_year(twin: Twin) -> None:
    for path in (_ENGLISH, _UKRAINIAN):
        assert "http" not in twin.text(path) and "2026" not in twin.text(path)


def test_the_fragment_of_the_headline_stands_nowhere_else(twin: Twin) -> None:
    fragment = next(part for claim in twin.manifest.claims if claim.id == "C01" for part in claim.parts)
    for place in fragment.appearances:
        assert twin.text(place.file).count(place.words.strip("“”«»")) == 1


def test_every_relation_names_a_file_of_the_case(twin: Twin) -> None:
    paths = {record.path for record in twin.manifest.files}
    for record in twin.manifest.files:
        relations = (*record.relations, *(tie for member in record.members for tie in member.relations))
        assert {relation.of for relation in relations} <= paths - {record.path}, record.path


def test_byte_identical_means_the_same_digest(twin: Twin) -> None:
    digests = {record.path: record.sha256 for record in twin.manifest.files}
    tied = [
        (digest, relation.of)
        for record in twin.manifest.files
        for digest, relations in (
            (record.sha256, record.relations),
            *((member.sha256, member.relations) for member in record.members),
        )
        for relation in relations
        if relation.kind == "byte_identical"
    ]
    assert len(tied) >= 8
    assert all(digest == digests[of] for digest, of in tied)


def test_no_two_files_are_the_same_bytes_without_the_manifest_saying_so(twin: Twin) -> None:
    seen: dict[str, str] = {}
    for record in twin.manifest.files:
        if record.sha256 in seen:
            kinds = {tie.kind for tie in record.relations}
            other = next(item for item in twin.manifest.files if item.path == seen[record.sha256])
            assert "byte_identical" in kinds | {tie.kind for tie in other.relations}, record.path
        seen.setdefault(record.sha256, record.path)


def test_every_origin_and_publication_that_is_named_exists(twin: Twin) -> None:
    origins = {origin.id for origin in twin.manifest.origins}
    paths = {record.path for record in twin.manifest.files}
    publications = {publication.id for publication in twin.manifest.publications}
    assert {record.origin for record in twin.manifest.files} <= origins
    for publication in twin.manifest.publications:
        assert set(publication.files) <= paths, publication.id
        assert {of for of, _ in publication.derived_from} <= publications, publication.id


@pytest.mark.parametrize(
    ("question", "identified", "unknown"),
    [("photo", 1, 0), ("orders", 0, 1), ("video", 0, 1), ("pattern", 0, 0)],
)
def test_origins_are_counted_apart_from_copies(
    twin: Twin, question: str, identified: int, unknown: int
) -> None:
    found = next(item for item in twin.manifest.questions if item.id == question)
    assert (found.identified_origins, found.unknown_origins) == (identified, unknown)
    assert found.identified_origins_outside_parties == 0
    assert found.publications > found.identified_origins + found.unknown_origins


def test_every_claim_in_a_conflict_exists(twin: Twin) -> None:
    claims = {claim.id for claim in twin.manifest.claims}
    assert twin.manifest.conflicts
    for conflict in twin.manifest.conflicts:
        assert set(conflict.claims) <= claims and len(conflict.values) >= 2, conflict.id


def test_every_value_in_a_conflict_of_claims_stands_in_one_of_them(twin: Twin) -> None:
    words = {claim.id: [place.words for place in claim.appearances] for claim in twin.manifest.claims}
    for conflict in twin.manifest.conflicts:
        for where, value in conflict.values:
            if conflict.claims and not where.startswith("normalised"):
                assert any(value in text for claim in conflict.claims for text in words[claim]), (
                    conflict.id,
                    value,
                )


def test_every_party_and_office_of_the_articles_is_listed_with_its_names(twin: Twin) -> None:
    english = twin.text(_ENGLISH)
    for name in twin.manifest.names:
        if name.id.partition("-")[0] in ("party", "person", "office") and name.id != "person-spokesman":
            assert name.english in english, name.id


def test_the_reply_of_the_icrc_and_the_videos_carry_their_labels(twin: Twin) -> None:
    labels = {record.path: set(record.labels) for record in twin.manifest.files}
    assert "icrc_privileged" in labels["letters/2026-06-19_reply_from_icrc.txt"]
    for record in twin.manifest.files:
        if record.kind in ("video", "video_still"):
            assert {"captive_identifiable", "graphic"} <= labels[record.path], record.path


def test_marks_inside_marks_keep_their_places() -> None:
    assert unmark("a [[C01|b [[C01.hedge|c]] d]] e") == ("a b c d e", [("C01.hedge", 4, 5), ("C01", 2, 7)])


def test_marks_count_from_the_start_of_the_whole_text() -> None:
    text, marks = as_text((Block("headline", "first"), Block("body", "[[C02|second]]")))
    assert [text[mark.start : mark.end] for mark in marks] == ["second"]


def test_a_mark_that_is_never_closed_is_refused() -> None:
    with pytest.raises(ValueError, match="C01"):
        unmark("[[C01|open")

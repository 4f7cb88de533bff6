"""The words of the pages, in both languages."""

import re
import string
from importlib.resources import files

import pytest

from probanda.faces.web.texts import LANGUAGES, Texts, catalogue, choose_language

BANNED = re.compile(r"\b(true|verified|proved|proven|upload|merge|something went wrong)\b|[!]", re.IGNORECASE)


def templates() -> str:
    folder = files("probanda.faces.web").joinpath("templates")
    return "\n".join(each.read_text("utf-8") for each in folder.iterdir())


def test_both_languages_have_the_same_keys():
    english, ukrainian = (set(catalogue(language)) for language in LANGUAGES)

    assert english == ukrainian


def test_both_languages_name_the_same_values():
    def names(text: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    english, ukrainian = (catalogue(language) for language in LANGUAGES)

    assert not [key for key in english if names(english[key]) != names(ukrainian[key])]


def test_every_key_that_a_template_names_exists():
    text = templates()
    named = set(re.findall(r"\bt\('([a-z0-9.-]+[a-z0-9])'[,)]", text))
    counted = set(re.findall(r"\bt\.count\('([a-z0-9.-]+)'", text))

    assert named
    assert named <= set(catalogue("en"))
    assert {f"{key}.{form}" for key in counted for form in ("one", "few", "many")} <= set(catalogue("en"))


def test_no_text_uses_a_banned_word():
    allowed = {"via.upload", "proof.self-prove"}

    assert not [key for key, text in catalogue("en").items() if BANNED.search(text) and key not in allowed]


@pytest.mark.parametrize(
    ("number", "text"),
    [(1, "1 об’єкт"), (3, "3 об’єкти"), (5, "5 об’єктів"), (11, "11 об’єктів"), (21, "21 об’єкт")],
)
def test_ukrainian_counts_in_three_forms(number, text):
    assert Texts("uk").count("items.count", number) == text


def test_numbers_and_times_are_written_as_people_read_them():
    assert Texts("en").number(18204) == "18\u202f204"
    assert Texts("en").when("2026-06-21T19:50:41Z") == "21 Jun 2026, 19:50:41 UTC"
    assert Texts("uk").when("2026-06-21T22:50:41+03:00") == "21 черв. 2026, 19:50:41 UTC"
    assert Texts("uk").size(1_500_000) == "1,4 МБ"


def test_what_is_no_time_is_shown_as_it_is():
    assert Texts("en").when("yesterday") == "yesterday"
    assert Texts("en").when("2026-06-21T19:50:41") == "2026-06-21T19:50:41"


def test_the_language_asked_for_goes_before_the_one_chosen_before():
    assert choose_language("uk", "en", "en-GB") == "uk"
    assert choose_language(None, "uk", "en-GB") == "uk"
    assert choose_language(None, None, "de, uk-UA;q=0.8") == "uk"
    assert choose_language("xx", None, "") == "en"


def test_no_template_has_a_script_or_a_style_of_its_own():
    assert not re.findall(r"<script|<style|style=|javascript:|\son[a-z]+=|\|\s*safe\b", templates())

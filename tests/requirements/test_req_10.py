"""REQ-10: a bare text article with no date, URL or publisher can be ingested; missing fields stay unknown."""

import hashlib
import json
from base64 import urlsafe_b64decode

import pytest

from person import Person

pytestmark = pytest.mark.slow

ARTICLE = b"A lorry was seen near the harbour, people said.\n"


def test_req_10_a_bare_article_is_taken_in_and_nothing_is_made_up_about_it(tmp_path):
    person = Person(tmp_path)
    person("init", "base", "--as", "Registrar")

    person("add", "-", "--name", "article.txt", given=ARTICLE)

    item = hashlib.sha256(ARTICLE).hexdigest()
    shown = person("show", item, "--json").json
    (reception,) = shown["receptions"]
    assert shown["media_type"] == "text/plain"
    assert {name for name, value in reception.items() if value is None} == {
        "modified",
        "root",
        "container",
        "confidentiality",
    }
    assert "modified:      unknown" in person("show", item).out
    opening = json.loads(person("prove", item, "--json").json["opening"])
    fields = dict(json.loads(urlsafe_b64decode(one + "=="))[1:] for one in opening["disclosures"])
    assert fields == {"name": "article.txt", "path": "article.txt", "source": {"via": "stdin"}}

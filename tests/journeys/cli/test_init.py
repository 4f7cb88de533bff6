"""`probanda init`."""

import json


def test_a_new_base_prints_its_genesis_large_and_whole(person):
    said = person("init", "base", "--as", "Registrar")

    genesis = json.loads((person.base / "probanda.json").read_text())["genesis"]
    lines = said.out.splitlines()
    assert genesis in lines
    assert "".join(line.replace(" ", "") for line in lines if line.startswith("    ")) == genesis
    assert "Write it down somewhere else" in said.out


def test_init_answers_in_json(person):
    said = person("init", "base", "--as", "Registrar", "--origin", "harbour/log", "--json")

    assert said.json["format"] == "probanda-init/1"
    assert said.json["origin"] == "harbour/log"
    assert said.json["agent"]["name"] == "Registrar"
    assert said.json["genesis"] == json.loads((person.base / "probanda.json").read_text())["genesis"]


def test_init_leaves_a_folder_alone_that_is_not_empty(person):
    (person.base).mkdir()
    (person.base / "letter").write_text("kept")

    said = person("init", "base", code=2)

    assert said.error == "E-USAGE"
    assert [path.name for path in person.base.iterdir()] == ["letter"]
    assert not (person.home / "keys").exists()


def test_the_same_agent_can_have_two_bases(registrar):
    registrar("init", "second", "--as", "Registrar")

    assert len(list((registrar.home / "keys").glob("*.key"))) == 1

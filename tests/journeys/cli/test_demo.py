"""`probanda demo`."""

import pytest

pytestmark = pytest.mark.slow


def test_the_demonstration_runs_to_its_end_and_again(person):
    first = person("demo", "shown", "--json").json
    again = person("demo", "shown")

    assert first["format"] == "probanda-demo/1"
    assert first["verdict"] == {"integrity": "holds", "identity": "holds", "time": "holds"}
    assert "made afresh" in again.out
    assert "[10/10]" in again.out
    assert "demo-passphrase" in again.out


def test_a_folder_that_no_demonstration_made_is_left_alone(registrar):
    said = registrar("demo", str(registrar.base), code=2)

    assert said.error == "E-USAGE"
    registrar("verify")

from pathlib import Path

import pytest

from probanda.model.authority import PROTECTING, RIGHTS, Effect, effect, known_roles
from probanda.model.policy import BY_ROLE
from probanda.model.roles import Role

KINDS_PAGE = Path(__file__).parents[3] / "spec/kinds.md"


@pytest.mark.parametrize("kind", sorted(RIGHTS))
@pytest.mark.parametrize("role", sorted(Role))
def test_a_role_gives_the_right_that_policy_gives_it(kind, role):
    allowed = role in BY_ROLE[RIGHTS[kind]]

    assert (effect(kind, 7, frozenset({role})) is Effect.WHOLE) == allowed


@pytest.mark.parametrize("kind", [*sorted(RIGHTS), "acts-sealed"])
def test_nothing_that_a_dead_key_signed_has_effect(kind):
    assert effect(kind, 7, None) is Effect.NONE


@pytest.mark.parametrize("kind", sorted(RIGHTS))
def test_without_a_role_only_what_preserves_or_protects_has_effect(kind):
    expected = Effect.PROTECTS if kind in PROTECTING else Effect.NONE

    assert effect(kind, 7, frozenset()) is expected


def test_only_the_first_entry_founds_a_base():
    assert effect("genesis", 0, None) is Effect.WHOLE
    assert effect("genesis", 1, frozenset(Role)) is Effect.NONE


def test_a_role_of_a_later_version_gives_no_right():
    assert known_roles(["archivist", "supervisor", "x supervisor"]) == {Role.SUPERVISOR}


@pytest.mark.parametrize("kind", sorted(RIGHTS))
def test_the_specification_names_the_roles_of_each_kind(kind):
    rows = [line for line in KINDS_PAGE.read_text().splitlines() if line.startswith(f"   | `{kind}` |")]
    roles = " ".join(f"`{role}`" for role in sorted(BY_ROLE[RIGHTS[kind]]))

    assert [roles] == [row.split("|")[2].strip() for row in rows]

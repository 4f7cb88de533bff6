import pytest

from probanda.work.intake.claims import modified_text


@pytest.mark.parametrize(
    ("modified_ns", "text"),
    [
        (0, "1970-01-01T00:00:00Z"),
        (1_715_938_200_000_000_000, "2024-05-17T09:30:00Z"),
        (1_715_938_200_000_000_005, "2024-05-17T09:30:00.000000005Z"),
        (-1, "1969-12-31T23:59:59.999999999Z"),
        (10**30, "@1000000000000000000000"),
    ],
)
def test_a_modified_time_is_kept_to_the_nanosecond_and_beyond_the_calendar(
    modified_ns: int, text: str
) -> None:
    assert modified_text(modified_ns) == text

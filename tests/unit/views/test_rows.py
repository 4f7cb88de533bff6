import pytest

from probanda.views.folds.items import searchable
from probanda.views.references import numbers_beginning
from probanda.views.tables import BY_ROW


@pytest.mark.parametrize(("row", "table"), BY_ROW.items(), ids=lambda one: getattr(one, "name", ""))
def test_a_row_has_the_columns_of_its_table_in_their_order(row, table):
    assert tuple(table.columns.keys()) == row._fields


def test_a_name_that_is_not_the_end_of_the_path_is_searched_too():
    assert searchable(b"A/b", b"b") == "a/b"
    assert searchable(b"A/b", b"C") == "a/b\nc"
    assert searchable(None, None) == ""


@pytest.mark.parametrize("digits", ["", "0", "000001", "1", "12", "1234567"])
def test_ranges_of_numbers_hold_exactly_those_whose_written_form_begins_so(digits):
    ranges = list(numbers_beginning(digits))
    for number in [*range(1, 130), 100_000, 123_456, 1_234_567, 12_345_678]:
        fits = any(number in some for some in ranges)
        assert fits == f"{number:06d}".startswith(digits)

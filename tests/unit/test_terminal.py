"""How the command line prints: progress, sizes, and nothing that could move a cursor."""

import io

import pytest

from probanda.faces.cli.terminal.output import Output, safe, size_text
from probanda.faces.cli.terminal.progress import Printer, Progress, duration, progress_text


class Screen(io.StringIO):
    """A terminal."""

    def isatty(self):
        return True


@pytest.fixture
def narrow(monkeypatch):
    monkeypatch.setenv("COLUMNS", "50")


def test_control_bidi_and_line_characters_are_shown_as_escapes():
    assert safe("a\x1b[2J\u202e\nb\udcff") == r"a\x1b[2J\u202e\nb\xff"


def test_a_fact_that_does_not_fit_stands_below_its_label(narrow, capsys):
    Output().fact("sha256", "0" * 64)

    assert capsys.readouterr().out == f"sha256:\n  {'0' * 64}\n"


def test_text_beside_a_head_is_wrapped_under_itself(narrow, capsys):
    Output().hanging("PB-M000-000001", "a name that is too long for one line of it")

    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith("PB-M000-000001  a name")
    assert second.startswith(" " * 16 + "for" if "for" in second[:20] else " " * 16)


@pytest.mark.parametrize(
    ("size", "shown"), [(0, "0 B"), (1023, "1023 B"), (1536, "1.5 KiB"), (5 * 2**40, "5.0 TiB")]
)
def test_sizes_are_shown_in_powers_of_1024(size, shown):
    assert size_text(size) == shown


@pytest.mark.parametrize(("seconds", "shown"), [(5, "5 s"), (65, "1 min 5 s"), (3700, "1 h 1 min")])
def test_time_left_is_shown_in_words(seconds, shown):
    assert duration(seconds) == shown


def test_progress_leaves_out_what_is_not_known():
    assert progress_text("taking in", 1200, 0, rate=100, left_s=None) == "taking in: 1,200, 100/s"
    assert (
        progress_text("taking in", 1200, 2400, rate=100, left_s=12, errors=3)
        == "taking in: 1,200 of 2,400, 100/s, 12 s left, 3 not taken"
    )


def test_progress_tells_the_time_left_from_its_rate():
    progress = Progress("audit", 0.0, done=50, total=200)

    assert progress.text(10.0) == "audit: 50 of 200, 5/s, 30 s left"


def test_on_a_terminal_a_line_is_written_over_and_taken_away():
    screen, times = Screen(), iter([0.0, 0.1, 0.3])
    printer = Printer(lambda now_s: "working", screen, lambda: next(times))

    printer.show()
    printer.show()
    printer.clear()

    assert screen.getvalue() == "\rworking\r       \r"


def test_elsewhere_a_line_comes_every_thirty_seconds():
    log, times = io.StringIO(), iter([0.0, 29.0, 31.0, 32.0])
    printer = Printer(lambda now_s: f"at {now_s}", log, lambda: next(times))

    for _ in range(3):
        printer.show()

    assert log.getvalue() == "at 31.0\n"

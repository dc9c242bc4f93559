"""Coloured text: every character has its place and its colour, and nothing of it is markup."""

import re

import numpy as np
import pytest
from matplotlib import colormaps
from matplotlib.colors import to_hex

from glasscell.tasks.language.cells.files import (
    ROWS,
    WIDTH,
    coloured_html,
    coloured_text,
    ends_of,
    lay_out,
)

TEXT = "if a < b:\n\tprint('$x_1$', \"<b>&amp;</b>\")  # ünï\n"


def test_every_character_has_a_place_of_its_own_and_none_is_beyond_the_width():
    text = 3 * WIDTH * "a" + TEXT
    places = lay_out(text)
    assert len(places) == len(set(places)) == len(text)
    assert max(column for _, column in places) == WIDTH - 1
    assert places == sorted(places)


@pytest.mark.parametrize("ending", ["png", "svg"])
def test_it_can_be_saved_whatever_stands_in_it(ending, tmp_path):
    values = np.sin(np.arange(len(TEXT)))
    figure = coloured_text(TEXT, values, "string: unit 3, $c$")
    figure.savefig(tmp_path / f"a.{ending}")
    assert (tmp_path / f"a.{ending}").stat().st_size > 1000
    shown = "".join(text.get_text() for text in figure.axes[0].texts).replace("\\$", "$")
    assert re.sub(r"\s", "", TEXT) == shown.replace("\N{DOWNWARDS ARROW WITH CORNER LEFTWARDS}", "")


@pytest.mark.parametrize("ending", ["png", "svg"])
def test_of_letters_that_the_font_lacks_nobody_is_warned(ending, tmp_path):
    text = "海は静か\x1b\u202e"
    figure = coloured_text(text, np.arange(6.0), text)
    figure.savefig(tmp_path / f"a.{ending}")  # warnings are errors
    assert [drawn.get_text() for drawn in figure.axes[0].texts] == ["\N{WHITE SQUARE}"] * 6
    assert (tmp_path / f"a.{ending}").stat().st_size > 1000


def test_what_does_not_fit_is_left_out():
    assert len(coloured_text("a\n" * 99, np.zeros(198), "a").axes[0].texts) == 2 * ROWS


def test_the_page_has_every_character_escaped_on_the_colour_of_its_value():
    values = np.linspace(-3, 5, len(TEXT))
    page = coloured_html(TEXT, values, "a < b")
    found = re.findall(
        r'<span style="background:(#\w+);color:#\w+" title="(.*?)">(.*?)</span>', page, re.DOTALL
    )
    assert len(found) == len(TEXT)
    low, high = ends_of(values)
    for (colour, title, shown), value, character in zip(found, values, TEXT, strict=True):
        assert colour == to_hex(
            colormaps["RdBu_r"](float(np.clip((value - low) / (high - low), 0, 1)))
        )
        assert float(title) == pytest.approx(value, abs=5e-4)
        assert "<" not in shown.replace("&lt;", "")
        assert character == "\n" or len(re.sub(r"&\w+;|&#\w+;", "x", shown)) == 1
    assert "<title>a &lt; b</title>" in page


def test_values_that_never_change_have_a_colour_too():
    assert "nan" not in coloured_html("aa", [0.25, 0.25], "flat")
    assert lay_out("") == []

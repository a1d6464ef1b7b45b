"""Figures and maps: what they show, and what they do not make up."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from django.template import Context, Template
from django.utils.translation import override

from lantian.office.frame.tiles import Tile, ink_on, lay_out


@dataclass
class Place:
    code: str
    short_label: str = "尧都"
    label: str = "尧都区"
    tile_col: int | None = None
    tile_row: int | None = None
    geometry: Any = None


def render(text: str, **context: Any) -> str:
    with override("en"):
        return Template("{% load lantian %}" + text).render(Context(context))


def test_a_figure_is_printed_as_it_was_decided() -> None:
    text = render("{% figure value 'µg/m³' '/explain/x/' %}", value=Decimal("35.0"))
    assert '<a href="/explain/x/"' in text and ">35.0</a>" in text and "µg/m³" in text
    assert "lt-unverified" not in text


def test_missing_is_a_dash_and_never_a_zero() -> None:
    text = render("{% figure value 'µg/m³' note='too few days' %}", value=None)
    assert "—" in text and "too few days" in text and "0" not in text and "µg/m³" not in text
    assert ">0</" in render("{% figure value url='/x/' %}", value=0)


def test_an_unverified_rule_leaves_its_mark() -> None:
    assert "not yet checked" in render("{% figure value verified=False %}", value=Decimal("3.06"))


def test_a_figure_is_escaped() -> None:
    assert "<b>" not in render("{% figure value %}", value="<b>1</b>")


def test_squares_keep_their_places() -> None:
    places = [Place("a", tile_col=3, tile_row=5), Place("b", tile_col=4, tile_row=7), Place("c")]
    laid = lay_out(places)
    assert not laid.outlined
    assert [(cell.region.code, cell.col, cell.row) for cell in laid.cells] == [("a", 1, 1), ("b", 2, 3)]
    assert (laid.width, laid.height) == (2, 3)


def test_a_map_of_nothing() -> None:
    assert lay_out([]).cells == [] and lay_out([Place("c")]).cells == []
    assert 'role="group"' in render("{% tiles regions %}", regions=[])


def test_what_a_tile_shows() -> None:
    values = {"141002": Tile("35", "#ffff00", "尧都区 35 µg/m³", "/explain/x/")}
    text = render(
        "{% tiles regions values %}", regions=[Place("141002", tile_col=0, tile_row=0)], values=values
    )
    assert "background: #ffff00" in text and 'href="/explain/x/"' in text and "<strong>35</strong>" in text
    bare = render("{% tiles regions %}", regions=[Place("141002", tile_col=0, tile_row=0)])
    assert 'href="/regions/141002/"' in bare and "background" not in bare


def outline(*ring: tuple[float, float]) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}


def test_outlines_fill_the_box_north_up_and_unsquashed() -> None:
    """At 60° north a degree of longitude is half as long as one of latitude."""
    square = Place("a", geometry=outline((110, 59.5), (112, 59.5), (112, 60.5), (110, 60.5)))
    laid = lay_out([square])
    assert laid.outlined and laid.width == 640
    assert laid.height == pytest.approx(640, abs=0.2)
    points = laid.cells[0].outline.removeprefix("M").removesuffix("Z").split("L")
    assert points[0] == "0.0 640.0", "the south-west corner lies below left"
    assert (laid.cells[0].x, laid.cells[0].y) == (320, 320)


def test_one_region_without_outline_and_all_are_squares() -> None:
    drawn = Place("a", tile_col=0, tile_row=0, geometry=outline((1, 1), (2, 1), (2, 2)))
    assert not lay_out([drawn, Place("b", tile_col=1, tile_row=0)]).outlined


def test_outlines_are_written_for_machines_in_every_language() -> None:
    """A decimal comma or a thousands separator would break the picture."""
    text = render("{% tiles regions %}", regions=[Place("a", geometry=outline((1, 1), (2, 1), (2.5, 2)))])
    assert 'viewBox="0 0 640.0 ' in text


def contrast(one: str, other: str) -> float:
    def light(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return sum(share * part for share, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    bright, dark = sorted((light(one), light(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(
    "colour", ["#00e400", "#ffff00", "#ff7e00", "#ff0000", "#99004c", "#7e0023", "#e4e9ee"]
)
def test_ink_reads_on_the_colours_of_the_index(colour: str) -> None:
    chosen = contrast(ink_on(colour), colour)
    assert chosen == max(contrast(ink, colour) for ink in ("#ffffff", "#12263a"))
    assert chosen >= 3

"""What a frame of on-board data holds, as the rulebook says it on a day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, Literal

from lantian.rulebook import Rulebook, load

Form = Literal["number", "bits", "text", "hex", "list", "position"]


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a block: its name, its bytes, and how the raw number becomes a value of `unit`."""

    name: str
    bytes: int
    form: Form = "number"
    scale: Decimal = Decimal(1)
    add: int = 0
    unit: str = ""

    @property
    def absent(self) -> int:
        """The raw number that says "not available": all bits one."""
        return (1 << 8 * self.bytes) - 1

    @property
    def abnormal(self) -> int:
        """The first raw number that says "abnormal": FE and zeros."""
        return 0xFE << 8 * (self.bytes - 1)


@dataclass(frozen=True, slots=True)
class Block:
    """One block of a data unit. Without items its length is not known."""

    name: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """Commands, blocks and signs of the frame."""

    commands: Mapping[int, str]
    codes: Mapping[str, int]
    blocks: Mapping[int, Block]
    plain: int
    position: Mapping[str, int]
    second_of_block: int
    longest: int


def layout(*, on: date | None = None, book: Rulebook | None = None) -> Layout:
    """The layout valid on a day (None: the newest). Rule: `telemetry.vehicles`."""
    return _packaged(on) if book is None else _read(book, on)


@lru_cache(maxsize=8)
def _packaged(on: date | None) -> Layout:
    return _read(load(), on)


def _read(book: Rulebook, on: date | None) -> Layout:
    def value(name: str) -> Any:
        return book.rule(f"telemetry.vehicles.{name}", on=on).value

    codes = {str(name): int(code) for name, code in value("commands").items()}
    return Layout(
        commands={code: name for name, code in codes.items()},
        codes=codes,
        blocks={
            int(code): Block(block["name"], tuple(_item(item) for item in block.get("items", ())))
            for code, block in value("blocks").items()
        },
        plain=int(value("encryption")["none"]),
        position={name: int(bit) for name, bit in value("position_bits").items()},
        second_of_block=int(value("second_of_block")),
        longest=int(value("longest")),
    )


def _item(item: Mapping[str, Any]) -> Item:
    return Item(
        name=item["name"],
        bytes=int(item["bytes"]),
        form=item.get("form", "number"),
        scale=Decimal(str(item.get("scale", 1))),
        add=int(item.get("add", 0)),
        unit=item.get("unit", ""),
    )

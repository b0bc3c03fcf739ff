"""Invent a person for each application. Nobody here exists.

Given names are chosen to fit anyone and surnames are made of two words, so that a name says nothing about
sex, race or marriage. National numbers have the shape of a US social security number in the area 000, which
has never been and will never be given out.
"""

import hashlib
from dataclasses import dataclass


def _words(text: str) -> list[str]:
    return text.split()


_GIVEN = _words(
    "Alder Arden Ashby Aspen Aubrey Bay Blair Briar Brook Cameron Campbell Casey Cedar Darcy Eden Ellis "
    "Ember Emery Fern Finley Frost Gale Harbor Haven Hollis Indigo Jules Juniper Kit Lake Lane Lark Linden "
    "Lyric Maple Marlow Merritt Moss Noor Oakley Onyx Parker Peyton Quill Reed Remy River Robin Rowan Sage "
    "Sailor Shiloh Sky Sorrel Sparrow Tatum Vale Winter Wren Zephyr"
)
_FIRST_HALF = _words(
    "Amber Barley Candle Copper Cloud Dapple Feather Fiddle Ginger Hazel Ivory Kettle Lantern Lemon Marble "
    "Mist Nettle Otter Paper Pebble Quartz Rain Saffron Silver Thistle Umber Velvet Walnut Willow Yarrow"
)
_SECOND_HALF = _words(
    "brook bury combe cote dale field ford gate hurst leigh mere mill ridge stead thorpe water well wick"
)

_NUMBERS = 1_000_000
_STRIDE = 386_117  # shares no factor with a million, so that every number comes once before any comes twice


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """An invented applicant: `name` may recur, `national_number` (000-12-3456) may not."""

    name: str
    national_number: str


def invent(number: int) -> Person:
    """The person of application `number` (1, 2, …): the same each time, another number for each."""
    draw = hashlib.sha256(f"lakeproof demo person {number}".encode()).digest()
    given, first, second = (
        words[int.from_bytes(draw[at : at + 4]) % len(words)]
        for words, at in ((_GIVEN, 0), (_FIRST_HALF, 4), (_SECOND_HALF, 8))
    )
    digits = f"{number * _STRIDE % _NUMBERS:06d}"
    return Person(name=f"{given} {first}{second}", national_number=f"000-{digits[:2]}-{digits[2:]}")

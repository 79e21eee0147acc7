"""What a row of London's transport says, whichever card was held to the reader."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailviz.simulate.exports import Told

if TYPE_CHECKING:
    from trailviz.simulate.deeds import Deed
    from trailviz.simulate.life import Life

MINUTE_S = 60


def told(life: Life, deed: Deed, name: str, free: str) -> Told:
    """Answer what a journey's row should say: minutes, both stations, the fare; of a bus neither stop nor end.

    `free` is the direction of a journey that cost nothing: a contactless statement shows no sign, an Oyster's a charge of .00.
    """
    bus = deed.what == "bus"
    return Told(
        name, "ride", life.utc(int(deed.start)), f"deed {deed.number}", end=life.utc(int(deed.end)) if deed.end and not bus else None, precision_s=MINUTE_S,
        cents=deed.cents, currency="GBP", flow="out" if deed.cents else free, party="Transport for London",
        place=deed.place.station if deed.place and not bus else None, end_place=deed.end_place.station if deed.end_place and not bus else None,
        mode="bus" if bus else "train",
    )  # fmt: skip

"""What an event says, as a clause worded for exactly the facets an observer has: nothing else may show through."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from trailviz.story import whereabouts
from trailviz.story.shops import shop
from trailviz.words import Words, mark

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from trailviz.trail import Trail

LONGEST_NAME = 60

BEGAN = {
    "bike": (
        mark("that you rented a bike from {company}{when}{where}{whom}"),
        mark("that you rented a bike{when}{where}{whom}"),
    ),
    "car": (
        mark("that you got into a car of {company}{when}{where}{whom}"),
        mark("that you got into a car{when}{where}{whom}"),
    ),
    "taxi": (
        mark("that you got into a taxi of {company}{when}{where}{whom}"),
        mark("that you got into a taxi{when}{where}{whom}"),
    ),
    "metro": (
        mark("that you entered the metro of {company}{when}{where}{whom}"),
        mark("that you entered the metro{when}{where}{whom}"),
    ),
    "": (
        mark("that you began a ride with {company}{when}{where}{whom}"),
        mark("that you began a ride{when}{where}{whom}"),
    ),
}
ENDED = {
    "bike": mark("that you parked it{when}{where}"),
    "metro": mark("that you left the metro{when}{where}"),
    "": mark("that you got out{when}{where}"),
}
PAID = {
    "payment": mark("that you paid{sum}{to}{when}{where}"),
    "hold": mark("that a sum was held{sum}{to}{when}{where}"),
    "fee": mark("that you paid a fee{sum}{to}{when}{where}"),
    "refund": mark("that you got money back{sum}{to}{when}{where}"),
    "transfer": mark("that money was transferred{sum}{to}{when}{where}"),
    "top_up": mark("that you topped up{sum}{to}{when}{where}"),
    "order": mark("that you ordered something{sum}{to}{when}{where}"),
    "delivery": mark("that something was delivered{sum}{to}{when}{where}"),
}
SEEN = {
    "visit": mark("that you stayed{when}{where}"),
    "fix": mark("where your device was{when}{where}"),
    "tap": mark("that you passed a gate{when}{where}"),
    "leg": mark("that you set off{when}{where}"),
    "request": mark("that you asked for a ride{when}{where}"),
    "sign_in": mark("that you signed in{when}{where}"),
    "search": mark("that you searched for something{when}{where}"),
    "access": mark("that an app read a sensor{when}{where}"),
    "disclosure": mark("that another company passed on something about you{when}{where}"),
    "item": mark("that an item was listed{when}{where}"),
}
PASSED_ON = {
    "payment": mark("that {company} passed on a purchase of yours{when}"),
    "": mark("that {company} passed on something about you{when}"),
}
ARRIVED = mark("that you arrived{when}{where}")
SENT = mark("that you sent{sum}{to}{when}{where}")
RECEIVED = mark("that you received{sum}{to}{when}{where}")
CAME_IN = mark("that money came in{to}{when}{where}")
BOUGHT = mark("that you bought something{sum}{to}{when}{where}")
HAPPENED = mark("that something happened{when}{where}")
MERCHANT_ONLY = {
    "order": mark("that you ordered from {company}"),
    "delivery": mark("that {company} delivered to you"),
    "refund": mark("that {company} gave money back"),
}


@dataclass(frozen=True)
class Speaker:
    """A trail ready to be told in one language."""

    trail: Trail
    words: Words
    rows: Mapping[int, Mapping[str, Any]]
    unveil: bool = False

    @classmethod
    def of(cls, trail: Trail, positions: list[int], lang: str, *, unveil: bool = False) -> Speaker:
        """Fetch the rows of some events once."""
        if not positions:
            return cls(trail, Words(lang), {}, unveil)
        names = [name for name in COLUMNS if trail.events.has(name)]
        table = trail.events.table(names).take(np.array(positions, np.int64))
        records = table.to_pylist()
        # A column that no file fills is None in every row, so that no clause has to ask.
        empty = dict.fromkeys(COLUMNS)
        return cls(
            trail, Words(lang), {at: {**empty, **row} for at, row in zip(positions, records, strict=True)}, unveil
        )

    def clause(  # noqa: PLR0911 - one return a kind of claim
        self, position: int, claim: str, facets: frozenset[str], *, count: int = 1, last: datetime | None = None
    ) -> str:
        """Word a claim of an event for exactly these facets."""
        row = self.rows[position]
        say = self.words.say
        if claim == "route":
            return say("which way you went")
        if claim == "items":
            return say("that you bought {items}", items=self._items(row)) if row["items"] else say("what you bought")
        if claim == "vehicle":
            return say("which vehicle it was: {vehicle}", vehicle=_short(row["vehicle"] or ""))
        if claim == "identity":
            return say("which account it was")
        if claim == "end":
            return self._ended(position, row, facets)
        if claim == "move":
            return self._moved(position, row, facets)
        if claim == "statement":
            return say("what it concluded itself: {words}", words=_short(row["category"] or row["detail"] or ""))
        if claim == "fixes":
            span = (
                say(" from {first} to {last}", first=self._clock(row["start"]), last=self._clock(last))
                if last and "time" in facets
                else ""
            )
            return say("where your device was, {count} times{span}", count=count, span=span)
        return self._began(position, row, claim, facets)

    def _began(self, position: int, row: Mapping[str, Any], claim: str, facets: frozenset[str]) -> str:
        say = self.words.say
        kind = row["kind"]
        when, where = (
            self._when(row) if "time" in facets else "",
            self.place(position, end=False) if "place" in facets else "",
        )
        company = self.company(position, kind=kind != "ride") if "merchant" in facets else ""
        whom = say(" with {person}", person=self._person(row)) if "person" in facets else ""
        if kind == "ride" and claim == "start":
            with_company, without = BEGAN.get(row["mode"] or "", BEGAN[""])
            return say(with_company if company else without, company=company, when=when, where=where, whom=whom)
        if claim == "paid":
            money = self._money(row) if "amount" in facets and row["amount"] is not None else ""
            if kind in MERCHANT_ONLY and facets == {"merchant"}:
                return say(MERCHANT_ONLY[kind], company=company)
            if kind == "ride":
                return say("what the ride cost:{sum}", sum=money)
            # What a row says came in was not paid, whatever the format calls it.
            came_in = row["flow"] == "in" and kind in {"payment", "transfer"}
            # A person's row names no company; both stand in the same place of a sentence.
            side, to = company or (self._whom(position, row) if whom else ""), ""
            if side and (came_in or kind in {"refund", "delivery", "order"}):
                to = say(" from {company}", company=side)
            elif side:
                to = say(" to {company}", company=side)
            # What is ordered over a counter is bought.
            bought = kind == "order" and row["presence"] == "in_person"
            sent = bool(money) and kind == "transfer" and row["flow"] == "out"
            told = (
                (RECEIVED if money else CAME_IN)
                if came_in
                else SENT
                if sent
                else BOUGHT
                if bought
                else PAID.get(kind, PAID["payment"])
            )
            return say(told, sum=money, to=to, when=when, where=where)
        if kind == "disclosure" and company:
            return say(PASSED_ON.get(row["service"] or "", PASSED_ON[""]), company=company, when=when)
        return say(SEEN.get(kind, HAPPENED), when=when, where=where) + whom

    def _money(self, row: Mapping[str, Any]) -> str:
        amount = self.words.sum(row["amount"], row["currency"])
        return (
            self.words.say(" for {amount}", amount=amount)
            if row["kind"] == "order"
            else self.words.say(" {amount}", amount=amount)
        )

    def _ended(self, position: int, row: Mapping[str, Any], facets: frozenset[str]) -> str:
        say = self.words.say
        paid = row["kind"] not in {"ride", "visit", "leg"}
        # A payment has one time, and where it paid for a ride that is the ride's end.
        instant = row["start"] if paid else row["end"]
        when = ""
        if "end" in facets and instant is not None:
            early = row["end_earliest"]
            # Both bounds, since a minute that no row states is never invented.
            if early is not None and not paid and early < instant:
                when = say(
                    " between {first} and {last} (minute not recorded)",
                    first=self._clock(early),
                    last=self._clock(instant),
                )
            else:
                when = say(" at {time}", time=self._clock(instant))
        if paid:
            arrived = (
                mark("that your taxi arrived{when}") if row["mode"] == "taxi" else mark("that your ride ended{when}")
            )
            return say(arrived, when=when)
        where = self.place(position, end=True) if "destination" in facets else ""
        if row["kind"] == "visit":
            return say("that you left{when}", when=when)
        if row["kind"] == "leg":
            return say(ARRIVED, when=when, where=where)
        return say(ENDED.get(row["mode"] or "", ENDED[""]), when=when, where=where)

    def _moved(self, position: int, row: Mapping[str, Any], facets: frozenset[str]) -> str:
        say = self.words.say
        there = "destination" in facets
        # Nothing says how long one was under way: only where to.
        if row["start_latest"] is not None or row["kind"] == "request":
            told = self.place_name(position, end=True)
            bound = (
                mark("that you were bound for {place}")
                if row["end_place"]
                else mark("that you were bound for a place {place}")
            )
            return say(bound, place=told + self._stand_in(position, end=True))
        until = say(" until {time}", time=self._clock(row["end"])) if "end" in facets and row["end"] is not None else ""
        if until and row["end_earliest"] is not None:
            until = say(" until {time} at the latest", time=self._clock(row["end"]))
        stop = say(" and stopped{where}", where=self.place(position, end=True)) if there else ""
        rode = mark("that you rode{until}{stop}") if row["mode"] == "bike" else mark("that you travelled{until}{stop}")
        return say(rode, until=until, stop=stop)

    def _when(self, row: Mapping[str, Any]) -> str:
        say = self.words.say
        if row["start"] is None:
            return ""
        # A date alone: its midnight would be an invented time.
        if row["precision_s"] and row["precision_s"] >= 86_400:  # noqa: PLR2004 - a date alone
            return say(" that day")
        if row["start_latest"] is not None and row["start_latest"] > row["start"]:
            return say(
                " between {first} and {last} (minute not recorded)",
                first=self._clock(row["start"]),
                last=self._clock(row["start_latest"]),
            )
        derived = say(" (derived)") if row["time_basis"] == "derived" else ""
        return say(" at {time}", time=self._clock(row["start"])) + derived

    def _clock(self, instant: datetime) -> str:
        return self.words.clock(pd.Timestamp(instant).to_pydatetime().astimezone(UTC), self.trail.zone)

    def company(self, position: int, *, kind: bool = True) -> str:
        """Name the other side: a company by its registered name, a person veiled, a brand as a shop of its kind.

        What is none of these is named as the row names it. `kind`: say what kind of shop a brand is.
        """
        row = self.rows[position]
        # First of all, for people bear the names of companies.
        if self.trail.parties.person[position] and not self.unveil:
            return self.words.say("a person")
        if (translated := self.translated(row["party"])) is not None:
            return translated
        if (known := self.trail.parties.id_of(int(self.trail.parties.party[position]))) is not None:
            return self.trail.registry.company(known).name(self.words.lang)
        brand = self.trail.parties.brand_of(position)
        if brand is not None:
            return shop(brand, self.words) if kind else brand.name
        return _short(row["party"] or self.words.say("a shop"))

    def place(self, position: int, *, end: bool) -> str:
        """Word where, with what introduces it; " (illustrative)" where the point stands in for one nobody gives."""
        name = self.place_name(position, end=end)
        if not name:
            return ""
        name += self._stand_in(position, end=end)
        return (
            self.words.say(" {place}", place=name)
            if self._is_phrase(name)
            else self.words.say(" at {place}", place=name)
        )

    def _stand_in(self, position: int, *, end: bool) -> str:
        """Say so where the point of this end is illustrative."""
        row = self.rows[position]
        wanted = {"end_lat"} if end else {"lat", "place"}
        # A stand-in must never pass for a place that the author gives.
        listed = self.trail.sample.get("illustrative", ())
        found = any(
            one["file"] == row["file"] and one["row"] == row["row"] and wanted & set(one["columns"]) for one in listed
        )
        return self.words.say(" (place illustrative)") if found else ""

    def called(self, position: int, *, end: bool) -> str:
        """Name a place by the row's words, or by the address's label; nothing where there is only a point."""
        row = self.rows[position]
        said = row["end_place"] if end else row["place"]
        if said:
            return self.translated(said) or _short(said)
        found = None if end else self.trail.place_of(position)
        # A shop put where it is by its own name is named once.
        if found is not None and found.label and found.label.get("en") != row["party"]:
            return whereabouts.at(found, self.words)
        return ""

    def place_name(self, position: int, *, end: bool) -> str:
        """Name a place: as it is called, else by what its point is near."""
        if called := self.called(position, end=end):
            return called
        if (near := self._near[end].get(position)) is not None:
            return near
        located = self.trail.located
        lat, lon = (located.end_lat, located.end_lon) if end else (located.lat, located.lon)
        # NaN is unlike itself.
        if lat[position] == lat[position]:
            return self.words.say("near {lat}, {lon}", lat=f"{lat[position]:.4f}", lon=f"{lon[position]:.4f}")
        return ""

    @cached_property
    def _near(self) -> tuple[dict[int, str | None], dict[int, str | None]]:
        """What the start and the end of every row is near, asked for at once: a phone's day has a thousand points."""
        located, positions = self.trail.located, list(self.rows)
        start, end = (
            dict(
                zip(positions, whereabouts.beside(self.trail, lat[positions], lon[positions], self.words), strict=True)
            )
            for lat, lon in ((located.lat, located.lon), (located.end_lat, located.end_lon))
        )
        return start, end

    def _is_phrase(self, name: str) -> bool:
        # A diary's own words bring their preposition: "outside the hotel".
        return name.split(" ", 1)[0] in {"outside", "across", "near", "in", "at", "inside"} or self.words.lang != "en"

    def translated(self, said: str | None) -> str | None:
        """Answer the sample's own translation of a word of its diary."""
        return None if said is None else self.trail.sample.get("words", {}).get(said, {}).get(self.words.lang)

    def _person(self, row: Mapping[str, Any]) -> str:
        if self.unveil and row["people"]:
            return self.words.listed([_short(self.translated(one) or one) for one in row["people"]])
        return self.words.say("a driver") if row["kind"] == "ride" else self.words.say("a person")

    def _whom(self, position: int, row: Mapping[str, Any]) -> str:
        """Name the person money went to or came from: by the row's own word where names are shown."""
        named = self.unveil and row["party"] and self.trail.parties.person[position]
        return self.company(position) if named else self._person(row)

    def _items(self, row: Mapping[str, Any]) -> str:
        return self.words.listed([_short(self.translated(one["name"]) or one["name"]) for one in row["items"]])


COLUMNS = (
    "kind", "mode", "start", "start_latest", "end_earliest", "end", "time_basis", "precision_s", "party", "party_is", "people",
    "detail", "category", "note", "items", "amount", "currency", "flow", "place", "end_place", "vehicle", "presence", "collector", "file",
    "member", "row", "said_by", "service",
)  # fmt: skip


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_NAME else text[: LONGEST_NAME - 1] + "…"

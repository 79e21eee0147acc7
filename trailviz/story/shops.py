"""What kind of shop the other side is, in words, and which clue named it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from trailviz.words import Words, mark

if TYPE_CHECKING:
    from trailviz.parties import Parties
    from trailviz.parties.brands import Brand

KINDS = {
    "airline": mark("an airline ({name})"),
    "bakery": mark("a bakery ({name})"),
    "bank": mark("a bank ({name})"),
    "betting": mark("a betting shop ({name})"),
    "bike_rental": mark("a bike or scooter rental ({name})"),
    "bookshop": mark("a bookshop ({name})"),
    "cafe": mark("a café ({name})"),
    "car_rental": mark("a car rental ({name})"),
    "car_service": mark("a garage ({name})"),
    "card_network": mark("a card network ({name})"),
    "charging_station": mark("a charging station ({name})"),
    "cinema": mark("a cinema ({name})"),
    "clinic": mark("a clinic ({name})"),
    "clothes_shop": mark("a clothes shop ({name})"),
    "convenience_store": mark("a convenience store ({name})"),
    "courier": mark("a parcel service ({name})"),
    "coworking": mark("a shared office ({name})"),
    "delivery_service": mark("a delivery service ({name})"),
    "department_store": mark("a department store ({name})"),
    "diy_store": mark("a DIY store ({name})"),
    "drugstore": mark("a drugstore ({name})"),
    "electronics_shop": mark("an electronics shop ({name})"),
    "estate_agent": mark("an estate agent ({name})"),
    "fast_food": mark("a fast-food place ({name})"),
    "food_shop": mark("a food shop ({name})"),
    "furniture_shop": mark("a furniture shop ({name})"),
    "garden_centre": mark("a garden centre ({name})"),
    "gym": mark("a gym ({name})"),
    "hairdresser": mark("a hairdresser ({name})"),
    "hotel": mark("a hotel ({name})"),
    "ice_cream": mark("an ice-cream shop ({name})"),
    "insurance": mark("an insurer ({name})"),
    "jeweller": mark("a jeweller ({name})"),
    "laundry": mark("a laundry ({name})"),
    "leisure": mark("a place of leisure ({name})"),
    "liquor_store": mark("a liquor store ({name})"),
    "online_shop": mark("an online shop ({name})"),
    "optician": mark("an optician ({name})"),
    "parking": mark("a car park ({name})"),
    "pet_shop": mark("a pet shop ({name})"),
    "petrol_station": mark("a petrol station ({name})"),
    "pharmacy": mark("a pharmacy ({name})"),
    "phone_company": mark("a phone company ({name})"),
    "phone_shop": mark("a phone shop ({name})"),
    "post": mark("a post office ({name})"),
    "power_bank": mark("a power-bank rental ({name})"),
    "pub": mark("a pub ({name})"),
    "public_transport": mark("public transport ({name})"),
    "railway": mark("a railway ({name})"),
    "restaurant": mark("a restaurant ({name})"),
    "ride_service": mark("a ride service ({name})"),
    "school": mark("a school ({name})"),
    "shoe_shop": mark("a shoe shop ({name})"),
    "sports_shop": mark("a sports shop ({name})"),
    "storage": mark("a storage house ({name})"),
    "subscription": mark("a subscription service ({name})"),
    "supermarket": mark("a supermarket ({name})"),
    "tobacconist": mark("a tobacconist ({name})"),
    "toy_shop": mark("a toy shop ({name})"),
    "travel_agency": mark("a travel agency ({name})"),
    "utility": mark("a utility ({name})"),
    "variety_store": mark("a variety store ({name})"),
    "vet": mark("a vet ({name})"),
    "wallet": mark("a payment service ({name})"),
    "wholesale": mark("a wholesale store ({name})"),
}
"""Every category of the brand tables, as a shop of that kind; `name` is the table's own name for the brand."""


@dataclass(frozen=True)
class Named:
    """Who a sentence's other side is: `company` (an id), how sure (0 to 1) and by which clue; its brand and category.

    The clues are those of `trailviz.parties.CLUES`; what is not known is None.
    """

    company: str | None
    confidence: float | None
    clue: str | None
    brand: str | None
    category: str | None
    wikidata: str | None

    def record(self) -> dict[str, object]:
        """Answer it as JSON writes it."""
        return asdict(self)


def named(parties: Parties, position: int) -> Named | None:
    """Answer who the other side of an event is, or None where it is only "a shop"."""
    company, brand = parties.id_of(int(parties.party[position])), parties.brand_of(position)
    if company is None and brand is None:
        return None
    sure = round(float(parties.party_confidence[position]), 2) if company else None
    clue = parties.clue_of(position) if company else None
    if brand is None:
        return Named(company, sure, clue, None, None, None)
    return Named(company, sure, clue, brand.name, brand.category, brand.wikidata or None)


def shop(brand: Brand, words: Words) -> str:
    """Word a brand as a shop of its kind: a supermarket (Tesco)."""
    return words.say(KINDS[brand.category], name=brand.name)


def kind(category: str, words: Words) -> str:
    """Name a kind of shop without a shop: "a bakery"; a category of a file's own stays as it is written."""
    return words.say(KINDS[category], name="").replace(" ()", "").replace("（）", "") if category in KINDS else category

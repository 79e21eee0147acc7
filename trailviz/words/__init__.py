"""What trailviz says, in the languages it speaks: gettext catalogues beside this file, English the source.

`say` translates and fills a sentence; dates, times and sums are written as the language writes them, always in a zone
that is given, never in the computer's own.
"""

from __future__ import annotations

import gettext
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import format_currency, format_decimal

if TYPE_CHECKING:
    from datetime import date, datetime, tzinfo
    from decimal import Decimal

LANGUAGES = {"en": "English", "zh-Hans": "简体中文"}
# British English writes the day before the month, as the sentences do.
LOCALES = {"en": "en_GB", "zh-Hans": "zh_Hans_CN"}
FOLDER = Path(str(files("trailviz") / "words"))


def mark(message: str) -> str:
    """Mark a message for the catalogues where it is listed and not yet said."""
    return message


@dataclass(frozen=True)
class Words:
    """One language.

    Raises:
        KeyError: If it is not in `LANGUAGES`.
    """

    lang: str = "en"

    @cached_property
    def locale(self) -> Locale:
        """The locale dates and sums are written in."""
        return Locale.parse(LOCALES[self.lang])

    @cached_property
    def catalogue(self) -> gettext.NullTranslations:
        """The compiled messages; none are needed for English."""
        name = LOCALES[self.lang]
        # A missing Chinese catalogue must be seen at once, not speak English.
        return gettext.translation("trailviz", FOLDER, [name], fallback=self.lang == "en")

    def say(self, message: str, /, **values: object) -> str:
        """Translate a message and fill its named places."""
        # The translation of an empty text is the catalogue's own header.
        told = self.catalogue.gettext(message) if message else ""
        return told.format(**values) if values else told

    def day(self, day: date) -> str:
        """Write a date: 26 August 2017."""
        return format_date(day, "d MMMM y" if self.lang == "en" else "y年M月d日", locale=self.locale)

    def month(self, day: date) -> str:
        """Write the month of a date: August 2017."""
        return format_date(day, "MMMM y" if self.lang == "en" else "y年M月", locale=self.locale)

    def clock(self, instant: datetime, zone: tzinfo, *, seconds: bool = False) -> str:
        """Write the time of day in a zone: 13:24."""
        return format_datetime(instant.astimezone(zone), "HH:mm:ss" if seconds else "HH:mm", locale=self.locale)

    def span(self, minutes: int) -> str:
        """Write a length of time: 3 h 25 min."""
        hours, rest = divmod(minutes, 60)
        if not hours:
            return self.say("{minutes} min", minutes=rest)
        if not rest:
            return self.say("{hours} h", hours=hours)
        return self.say("{hours} h {minutes} min", hours=hours, minutes=f"{rest:02d}")

    def sum(self, amount: Decimal, currency: str | None) -> str:
        """Write a sum with its currency's letters: CNY 22.00."""
        if currency is None or len(currency) != 3 or not currency.isalpha():  # noqa: PLR2004 - ISO 4217 has three letters
            return format_decimal(amount, locale=self.locale)
        # Letters, not a sign: ¥ is yuan and yen.
        return format_currency(amount, currency.upper(), "¤¤ #,##0.00", locale=self.locale, currency_digits=False)

    def listed(self, parts: list[str]) -> str:
        """Join parts as the language lists them: a, b and c."""
        if len(parts) <= 1:
            return "".join(parts)
        return self.say("{first} and {last}", first=self.say(", ").join(parts[:-1]), last=parts[-1])

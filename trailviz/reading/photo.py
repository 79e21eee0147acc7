"""When and where a photo was taken, as its header says (EXIF 2.32, CIPA DC-008; GPS IFD); its picture is never decoded."""

from __future__ import annotations

import re
import warnings
from typing import TYPE_CHECKING, Any, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Mapping

EXIF, GPS = 0x8769, 0x8825
MAKE, MODEL, CHANGED = 0x010F, 0x0110, 0x0132
TAKEN, OFFSET = 0x9003, 0x9011
NORTH, LAT, EAST, LON, CLOCK, DAY, ERROR = 1, 2, 3, 4, 7, 29, 31
MOMENT = re.compile(r"^(\d{4}):(\d\d):(\d\d) (\d\d:\d\d:\d\d)$")
ZONE = re.compile(r"^[+-]\d\d:\d\d$")
PLACE, TIME, UNREAD = "exif.place", "exif.time", "exif.unread"


def paths(file: BinaryIO) -> frozenset[str]:
    """Say whether a picture tells a place, a time, or would need the extra for HEIC to be looked at."""
    told = taken(file)
    if told is None:
        return frozenset({UNREAD})
    return frozenset(
        name for name, key in ((PLACE, "lat"), (TIME, "time")) if told.get(key) and (key != "lat" or told.get("lon"))
    )


def taken(file: BinaryIO) -> dict[str, str | None] | None:
    """Answer time, lat, lon, accuracy and device; empty where the header tells none, None where it cannot be read here."""
    from PIL import Image  # noqa: PLC0415 - only who has pictures waits for it

    file.seek(0)
    if file.read(12)[4:8] == b"ftyp" and not _reads_heif():
        return None
    file.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # an enormous picture is none of our business: it is not decoded
            with Image.open(file) as image:
                found = image.getexif()
                return _told(found, found.get_ifd(EXIF), found.get_ifd(GPS))
    # SyntaxError is what Pillow raises for a broken PNG
    except (OSError, SyntaxError, ValueError, TypeError, KeyError, ZeroDivisionError, Image.DecompressionBombError):
        return {}


def _reads_heif() -> bool:
    try:
        import pillow_heif  # noqa: PLC0415 - an extra
    except ImportError:
        return False
    pillow_heif.register_heif_opener()
    return True


def _told(base: Mapping[int, Any], exif: Mapping[int, Any], gps: Mapping[int, Any]) -> dict[str, str | None]:
    written = MOMENT.match(_text(exif.get(TAKEN)) or _text(base.get(CHANGED)) or "")
    local = f"{written[1]}-{written[2]}-{written[3]}T{written[4]}" if written else None
    offset = _text(exif.get(OFFSET)) or ""
    fixed = _of_satellites(gps)
    # an offset belongs to the local time alone: the satellites' is UTC already, and must not be shifted again
    time = f"{local}{offset}" if local and ZONE.match(offset) else fixed or local
    device = " ".join(filter(None, (_text(base.get(MAKE)), _text(base.get(MODEL)))))
    return {
        "time": time,
        "lat": _degrees(gps.get(LAT), gps.get(NORTH), "S"),
        "lon": _degrees(gps.get(LON), gps.get(EAST), "W"),
        "accuracy": _number(gps.get(ERROR)),
        "device": device or None,
    }


def _of_satellites(gps: Mapping[int, Any]) -> str | None:
    """Write the moment of the GPS, which is UTC whatever the camera's clock says."""
    day = re.match(r"^(\d{4}):(\d\d):(\d\d)$", _text(gps.get(DAY)) or "")
    clock = gps.get(CLOCK)
    if day is None or not isinstance(clock, (tuple, list)) or len(clock) != 3:  # noqa: PLR2004
        return None
    hour, minute, second = (float(part) for part in clock)
    return f"{day[1]}-{day[2]}-{day[3]}T{int(hour):02d}:{int(minute):02d}:{int(second):02d}Z"


def _degrees(parts: object, side: object, minus: str) -> str | None:
    if not isinstance(parts, (tuple, list)) or len(parts) != 3:  # noqa: PLR2004 - degrees, minutes, seconds
        return None
    whole, minutes, seconds = (float(part) for part in parts)
    value = whole + minutes / 60 + seconds / 3600
    return f"{-value if _text(side) == minus else value:.7f}" if value == value else None  # noqa: PLR0124 - not a number


def _number(value: object) -> str | None:
    try:
        return f"{float(value):.1f}" if value is not None else None  # type: ignore[arg-type]
    except (TypeError, ValueError, ZeroDivisionError):
        return None


def _text(value: object) -> str | None:
    if isinstance(value, bytes):
        value = value.decode("ascii", "replace")
    # texts in EXIF end in a zero byte
    return value.strip("\0 ") if isinstance(value, str) else None

"""FIT, the binary log of sports watches (Garmin FIT SDK protocol 2.0), read message by message with fitdecode."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

from trailviz.reading.broken import BrokenFileError

if TYPE_CHECKING:
    from collections.abc import Iterator

# Positions are 32-bit semicircles: half a turn is 2**31 of them.
DEGREES = 180 / (1 << 31)
MOST_RECORDS = 2_000_000


def fit_records(file: BinaryIO) -> Iterator[dict[str, str | None]]:
    """Yield time, lat, lon, accuracy, mode and device of every record message; absent cells are None.

    A wrong checksum is passed over: watches write them, and what can be decoded is true.

    Raises:
        BrokenFileError: After the last whole record, if the file breaks off.
    """
    import fitdecode  # noqa: PLC0415 - only who has FIT files waits for it

    file.seek(0)
    told: dict[str, str | None] = {"mode": None, "device": None}
    try:
        # Strava's app for Android writes messages it never defined: what could be read until then stands
        with fitdecode.FitReader(
            file, check_crc=fitdecode.CrcCheck.DISABLED, error_handling=fitdecode.ErrorHandling.IGNORE
        ) as reader:
            for number, frame in enumerate(reader):
                if not isinstance(frame, fitdecode.FitDataMessage) or number > MOST_RECORDS:
                    continue
                if frame.name == "file_id":
                    names = (frame.get_value(name, fallback=None) for name in ("manufacturer", "garmin_product"))
                    told["device"] = " ".join(str(one) for one in names if one is not None) or None
                elif frame.name == "sport":
                    told["mode"] = str(frame.get_value("sport", fallback="") or "") or None
                elif frame.name == "record":
                    yield {**told, **_record(frame)}
    except (fitdecode.FitError, ValueError, OverflowError, TypeError, KeyError, IndexError, AssertionError):
        raise BrokenFileError("fit_breaks_off") from None


def _record(frame: fitdecode.FitDataMessage) -> dict[str, str | None]:  # type: ignore[name-defined]  # noqa: F821 - imported late
    time = frame.get_value("timestamp", fallback=None)
    lat, lon = (frame.get_value(f"position_{name}", fallback=None) for name in ("lat", "long"))
    accuracy = frame.get_value("gps_accuracy", fallback=None)
    placed = isinstance(lat, (int, float)) and isinstance(lon, (int, float))
    return {
        # a value below 0x10000000 counts from when the watch was switched on, and comes as a number
        "time": time.isoformat() if hasattr(time, "isoformat") else None,
        "lat": f"{lat * DEGREES:.7f}" if placed else None,
        "lon": f"{lon * DEGREES:.7f}" if placed else None,
        "accuracy": str(accuracy) if accuracy is not None else None,
    }

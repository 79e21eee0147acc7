"""What the cover sheet of a Chinese statement declares: its window, its rows, what it leaves out."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from trailviz.reading.contract import Declared

if TYPE_CHECKING:
    from collections.abc import Sequence

SHANGHAI = ZoneInfo("Asia/Shanghai")
STAMP = r"\[?(\d{4}[-/]\d{1,2}[-/]\d{1,2}(?: \d{1,2}:\d\d(?::\d\d)?)?)\]?"
SINCE = re.compile(rf"(?:起始(?:时间|日期)|日期区间)\s*[:：]\s*{STAMP}")
UNTIL = re.compile(rf"(?:终止(?:时间|日期)\s*[:：]|日期区间\s*[:：].{{10,24}}至)\s*{STAMP}")
# at the beginning only: the counts of the flows (收入：1笔) begin otherwise
COUNT = re.compile(r"^共\s*[:：]?\s*(\d+)\s*笔")
KIND = re.compile(r"导出(?:交易)?类型\s*[:：]\s*\[?([^\]\n]+)\]?")
FLOW = re.compile(r"^(收入|支出|不计收支|中性交易|其他)\s*[:：]\s*(\d+)\s*笔", re.MULTILINE)
FLOWS = {"收入": "in", "支出": "out"}
MISSING = {
    "仅支出": "income_and_neutral",
    "仅收入": "expenses_and_neutral",
    "支出": "income_and_neutral",
    "收入": "expenses_and_neutral",
}


def declared(lines: Sequence[str]) -> Declared:
    """Read window, count and choice from the lines around a statement's table; times are China Standard Time."""
    # a spreadsheet pads the cover sheet with commas to the table's width
    text = "\n".join(line.strip(' ,"\t') for line in lines)
    since, until, kind = SINCE.search(text), UNTIL.search(text), KIND.search(text)
    count = next((int(found[1]) for line in text.split("\n") if (found := COUNT.match(line.strip()))), None)
    end = _instant(until[1]) if until else None
    if end is not None and until and len(until[1]) <= len("2025-02-28"):
        end += timedelta(days=1)  # a window written by days includes its last
    elif end is not None and end.second == 59:  # noqa: PLR2004 - a window written up to its last second
        end += timedelta(seconds=1)
    return Declared(
        since=_instant(since[1]) if since else None,
        until=end,
        count=count,
        missing=MISSING.get(kind[1].strip()) if kind else None,
        flows={FLOWS.get(one[1], "neither"): int(one[2]) for one in FLOW.finditer(text)},
    )


def _instant(text: str) -> datetime | None:
    for pattern in ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d"):
        try:
            return datetime.strptime(text.replace("/", "-"), pattern).replace(tzinfo=SHANGHAI)
        except ValueError:
            continue
    return None

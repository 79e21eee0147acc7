"""How fast and in how much memory exports are read: invented files, a fresh process a run, beside a fair peer.

Run: python benchmarks/reading.py [--small | --large] [--rounds N]. Ours and a peer take turns, so that a busy machine slows both;
printed are the medians, the ratio, and the peak above interpreter and imports. The peers make no events, no ids and no account, and
`pyarrow.csv` loses the rows that are not regular.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

WEB = (
    "支付宝交易记录明细查询\n交易号,商家订单号,交易创建时间,付款时间,最近修改时间,交易来源地,类型,交易对方,商品名称,"
    "金额（元）,收/支,交易状态,服务费（元）,成功退款（元）,备注,资金状态,\n"
)
PEAK = """
import pathlib, sys, time
import pyarrow.csv
from trailviz.intake import collect, from_bytes
collect([from_bytes("warm.csv", b"company,kind,start\\na,payment,2024-05-31\\n")])
def memory(name):
    lines = pathlib.Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith(name)).split()[1]) / 1024
pathlib.Path("/proc/self/clear_refs").write_text("5")
before, started = memory("VmRSS"), time.perf_counter()
"""
OURS = "got = collect([pathlib.Path(sys.argv[1])]); rows = sum(a.seen for a in got.accounts)\n"
RECOGNISED = """
from trailviz.importers import discover
from trailviz.intake import sources
from trailviz.reading.choice import choose
from trailviz.reading.head import head
importers = discover()
rows = sum(choose(head(one), importers).importer is not None for one in sources([pathlib.Path(sys.argv[1])]))
"""
PEER = """
options = pyarrow.csv.ReadOptions(encoding="gb18030", skip_rows=1)
skip = pyarrow.csv.ParseOptions(newlines_in_values=True, invalid_row_handler=lambda row: "skip")
rows = pyarrow.csv.read_csv(sys.argv[1], options, skip).num_rows
"""
LOOP = """
import csv, datetime, decimal, hashlib
made = []
with open(sys.argv[1], encoding="gb18030", newline="") as file:
    for row in list(csv.reader(file))[2:]:
        cells = [cell.strip() for cell in row]
        at = datetime.datetime.strptime(cells[3], "%Y-%m-%d %H:%M:%S")
        key = hashlib.blake2b(cells[0].encode(), digest_size=8).digest()
        made.append((key, at, decimal.Decimal(cells[9]), cells))
rows = len(made)
"""
WHOLE = """
import msgspec, numpy, pyarrow as pa
from typing import Optional
Fix = msgspec.defstruct("Fix", [(one, Optional[int], None) for one in ("latitudeE7", "longitudeE7", "accuracy", "deviceTag")]
    + [(one, Optional[str], None) for one in ("source", "platformType", "timestamp")], gc=False)
Records = msgspec.defstruct("Records", [("locations", list[Fix])])
found = msgspec.json.decode(pathlib.Path(sys.argv[1]).read_bytes(), type=Records).locations
places = [numpy.array([getattr(one, name) for one in found]) for name in ("latitudeE7", "longitudeE7", "accuracy", "deviceTag")]
times = numpy.array([one.timestamp[:-1] for one in found], dtype="datetime64[us]")
rows = int((abs(places[0]) <= 900_000_000).sum())
"""
TIMELINE = """
import msgspec, pandas, pyarrow as pa, pyarrow.compute as pc
from typing import Optional
def struct(*fields): return msgspec.defstruct("S", [(one, Optional[kind], None) for one, kind in fields], gc=False)
Here = struct(("latLng", str))
Step = struct(("point", str), ("time", str))
Top = struct(("placeId", str), ("semanticType", str), ("probability", float), ("placeLocation", Here), ("type", str))
Visit = struct(("hierarchyLevel", int), ("probability", float), ("topCandidate", Top))
Leg = struct(("start", Here), ("end", Here), ("topCandidate", Top))
Segment = struct(("startTime", str), ("endTime", str), ("visit", Visit), ("activity", Leg), ("timelinePath", list[Step]))
Timeline = msgspec.defstruct("Timeline", [("semanticSegments", list[Segment])])
found = msgspec.json.decode(pathlib.Path(sys.argv[1]).read_bytes(), type=Timeline).semanticSegments
def point(texts):
    part = pc.extract_regex(pa.array(texts), r"(?P<lat>-?[0-9.]+)\u00b0?, *(?P<lon>-?[0-9.]+)")
    return [pc.struct_field(part, name).cast(pa.float64()) for name in ("lat", "lon")]
def instant(texts): return pandas.to_datetime(pandas.Series(texts), format="ISO8601", utc=True)
steps = [step for one in found for step in one.timelinePath or ()]
columns = [point([step.point for step in steps]), instant([step.time for step in steps])]
visits = [one for one in found if one.visit]
columns += [point([one.visit.topCandidate.placeLocation.latLng for one in visits])]
columns += [pa.array([getattr(one.visit.topCandidate, name) for one in visits]) for name in ("placeId", "semanticType", "probability")]
legs = [one for one in found if one.activity]
columns += [point([one.activity.start.latLng for one in legs]), point([one.activity.end.latLng for one in legs])]
columns += [pa.array([one.activity.topCandidate.type for one in legs])]
columns += [instant([one.startTime for one in found]), instant([one.endTime for one in found])]
rows = len(found)
"""
PEERS = (
    ("alipay_record.csv", "pyarrow.csv alone", PEER, "1.5 times"),
    ("alipay_record.csv", "csv, Decimal, loop", LOOP, "1/8"),
    ("Records.json", "msgspec, whole file", WHOLE, "0.9 times"),
    ("Timeline.json", "msgspec, whole file", TIMELINE, "0.8 times"),
)
LAST = "print(rows, round(time.perf_counter() - started, 2), round(memory('VmHWM') - before))"


def web(path: Path, rows: int) -> None:
    """Write an Alipay web query of invented rows."""
    with path.open("w", encoding="gb18030", newline="") as out:
        out.write(WEB)
        for n in range(rows):
            at = f"2024-{n % 12 + 1:02d}-{n % 28 + 1:02d} {n % 24:02d}:{n % 60:02d}:{n % 59:02d}"
            quote = '"一,二"' if n % 33 == 0 else f"示例商品{n % 5000}"
            out.write(
                f"{2024000000000000000000000000 + n}\t,M{n}\t,{at} ,{at} ,{at} ,其他 ,即时到账交易 ,示例小店{n % 900} ,{quote} ,"
            )
            out.write(f"{n % 9999}.{n % 100:02d} ,支出 ,交易成功 ,0.00 ,0.00 , ,已支出 ,\r\n")


def records(path: Path, fixes: int) -> None:
    """Write a Records.json of invented fixes, indented as Google does."""
    with path.open("w", encoding="utf-8") as out:
        out.write('{\n  "locations": [')
        for n in range(fixes):
            second = f"2024-{n % 12 + 1:02d}-{n % 28 + 1:02d}T{n // 3600 % 24:02d}:{n // 60 % 60:02d}:{n % 60:02d}.{n % 1000:03d}Z"
            fix = {
                "latitudeE7": 312_000_000 + n % 900_000,
                "longitudeE7": 1_214_000_000 + n % 900_000,
                "accuracy": n % 90,
                "source": "WIFI",
                "deviceTag": 123456,
                "platformType": "ANDROID",
                "formFactor": "PHONE",
                "serverTimestamp": second,
                "timestamp": second,
            }
            out.write(("," if n else "") + "\n    " + json.dumps(fix, indent=2).replace("\n", "\n    "))
        out.write("\n  ]\n}\n")


def timeline(path: Path, segments: int) -> None:
    """Write a Timeline.json of invented segments, a third of each kind, as Android's phone export."""
    with path.open("w", encoding="utf-8") as out:
        out.write('{\n  "semanticSegments": [')
        for n in range(segments):
            day = f"2024-{n % 12 + 1:02d}-{n % 28 + 1:02d}T{n % 24:02d}"
            segment: dict[str, object] = {"startTime": f"{day}:00:00.000+08:00", "endTime": f"{day}:50:00.000+08:00"}
            here = f"31.{n % 9999:04d}°, 121.{n % 8999:04d}°"
            if n % 3 == 0:
                steps = [{"point": here, "time": f"{day}:{m:02d}:00.000+08:00"} for m in range(22)]
                segment["timelinePath"] = steps
            elif n % 3 == 1:
                best = {
                    "placeId": f"p{n % 500}",
                    "semanticType": "UNKNOWN",
                    "probability": 0.5,
                    "placeLocation": {"latLng": here},
                }
                segment["visit"] = {"hierarchyLevel": 0, "probability": 0.9, "topCandidate": best}
            else:
                kind = {"type": "IN_BUS", "probability": 0.7}
                segment["activity"] = {"start": {"latLng": here}, "end": {"latLng": here}, "topCandidate": kind}
            out.write(("," if n else "") + "\n    " + json.dumps(segment, indent=2, ensure_ascii=False))
        out.write('\n  ],\n  "rawSignals": []\n}\n')


def many(folder: Path, files: int) -> None:
    """Write a folder of small files of three kinds, one of which nobody reads."""
    folder.mkdir()
    for n in range(files):
        if n % 3 == 0:
            web(folder / f"{n}.csv", 20)
        elif n % 3 == 1:
            records(folder / f"{n}.json", 20)
        else:
            (folder / f"{n}.txt").write_text("nothing that anybody reads\n" * 20, encoding="utf-8")


def measured(code: str, path: Path) -> tuple[int, float, int]:
    """Run in a fresh process: rows, seconds, peak megabytes above the interpreter and its imports."""
    run = subprocess.run(
        [sys.executable, "-c", PEAK + code + LAST, str(path)], capture_output=True, text=True, check=True
    )
    rows, seconds, peak = run.stdout.split()
    return int(rows), float(seconds), int(peak)


def main() -> None:
    """Write the files, read each in turns with its peers, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", action="store_true", help="a tenth of the size")
    parser.add_argument("--large", action="store_true", help="1.5 GB of Records.json, for its memory")
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    scale = 10 if asked.small else 1
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder)
        if asked.large:
            records(made / "Records.json", 4_800_000)
            told("ours", made / "Records.json", [measured(OURS, made / "Records.json")])
            return
        web(made / "alipay_record.csv", 1_000_000 // scale)
        records(made / "Records.json", 1_000_000 // scale)
        timeline(made / "Timeline.json", 112_200 // scale)
        web(made / "200k.csv", 200_000 // scale)
        many(made / "many", 500 // scale)
        for name, label, peer, bar in PEERS:
            runs = [(measured(OURS, made / name), measured(peer, made / name)) for _ in range(asked.rounds)]
            ours = told(f"{name}: ours", made / name, [one for one, _ in runs])
            theirs = told(label, made / name, [one for _, one in runs])
            print(f"{'':32} {ours / theirs:.2f} times as long (bar: {bar})")
        told("200,000 rows (bar: 2 s)", made / "200k.csv", [measured(OURS, made / "200k.csv")])
        told("500 files recognised (bar: 3 s)", made / "many", [measured(RECOGNISED, made / "many")])
        told("500 files read", made / "many", [measured(OURS, made / "many")])


def told(label: str, path: Path, runs: list[tuple[int, float, int]]) -> float:
    """Print a line of some runs, and answer the median of their seconds."""
    seconds = statistics.median(took for _, took, _ in runs)
    size = sum(one.stat().st_size for one in ([path] if path.is_file() else path.iterdir())) / 1e6
    spread = f"[{min(took for _, took, _ in runs):.2f}-{max(took for _, took, _ in runs):.2f}]"
    print(
        f"{label:32} {size:5.0f} MB {runs[0][0]:9} rows {seconds:6.2f} s {spread:14} peak +{max(peak for *_, peak in runs)} MB"
    )
    return seconds


if __name__ == "__main__":
    main()

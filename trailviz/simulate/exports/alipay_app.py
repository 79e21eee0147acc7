"""Alipay's app statement as exported since October 2025: GB18030, a cover sheet, twelve columns, newest first."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from trailviz.simulate.exports import Export, Format, Told

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trailviz.simulate.chance import Chance
    from trailviz.simulate.deeds import Deed
    from trailviz.simulate.life import Life

HEADER = "交易时间,交易分类,交易对方,对方账号,商品说明,收/支,金额,收/付款方式,交易状态,交易订单号,商家订单号,备注,"
RULE = "-" * 84
NEW_ISSUER, FEWER_NOTES = date(2025, 10, 1), date(2026, 7, 1)
CATEGORY = {
    "supermarket": "日用百货", "convenience": "日用百货", "stationery": "日用百货", "online": "日用百货", "cinema": "文化休闲", "hair": "美容美发",
    "pharmacy": "医疗健康", "clothes": "服饰装扮", "metro": "交通出行", "hotel": "酒店旅游", "ticket": "酒店旅游", "bus": "交通出行", "bike": "交通出行", "car": "交通出行", "rent": "转账红包",
    "subscription:music": "文化休闲", "subscription:video": "文化休闲", "subscription:gym": "运动户外", "bill:utility": "充值缴费", "bill:phone": "充值缴费",
}  # fmt: skip
METHODS = ("花呗", "余额宝", "示例银行储蓄卡(0000)")
CARD = "上海公共交通卡股份有限公司"


def write(life: Life) -> Export:
    """Write the statement of the whole span, asked for on the morning after."""
    chance, export = life.chance("alipay"), Export()
    asked = life.first + timedelta(days=life.days)
    name = f"alipay_record_{asked:%Y%m%d}_0912.csv"
    lines = []
    for deed, row in _rows(life, chance):
        lines.append((row[0], ",".join(row) + ","))
        export.told += _told(life, deed, row, name)
    lines.sort(key=lambda one: one[0], reverse=True)
    text = "\n".join([*_cover(life, asked), HEADER, *(line for _, line in lines)]) + "\n"
    export.files[name] = text.encode("gb18030")
    return export


def by_card(life: Life) -> Iterator[tuple[Deed, str]]:
    """Yield the deeds that a bank's card stood behind, with the other side as Alipay names it."""
    for deed, row in _rows(life, life.chance("alipay")):
        if row[7].startswith(METHODS[-1]):
            yield deed, row[2]


def _rows(life: Life, chance: Chance) -> Iterator[tuple[Deed, tuple[str, ...]]]:
    """Yield each deed with its cells. A purchase whose whole price came back is closed; a refund names it by its number."""
    written: dict[int, tuple[str, ...]] = {}
    whole = _closed(life)
    for deed in life.by("alipay_app"):
        row = _refund(life, deed, written[deed.of], chance) if deed.of else _row(life, deed, chance)
        row = (*row[:8], "交易关闭", *row[9:]) if deed.number in whole else row
        written[deed.number] = row
        yield deed, row


def _closed(life: Life) -> set[int]:
    """Answer the numbers of the purchases whose whole price came back."""
    return {one.of for one in life.by("alipay_app") if one.of and one.cents == life.deeds[one.of - 1].cents}


def _refund(life: Life, deed: Deed, of: tuple[str, ...], chance: Chance) -> tuple[str, ...]:
    """Write a refund as Alipay does: neither income nor spending, the item after `退款-`, the id after the purchase's."""
    own = f"{of[9].strip()}_{life.local(deed.start):%Y%m%d}{chance.digits(16)}\t"
    at = f"{life.local(deed.start):%Y-%m-%d %H:%M:%S}"
    return (at, "退款", of[2], of[3], f"退款-{of[4]}", "不计收支", f"{deed.cents / 100:.2f}", of[7], "退款成功", own, of[10], "")  # fmt: skip


def _row(life: Life, deed: Deed, chance: Chance) -> tuple[str, ...]:
    """Write a deed's twelve cells. A metro ride and a bike are booked when they end, a bus soon after its tap."""
    late = {"metro": (deed.end or 0) - deed.start + 1.4, "bike": (deed.end or 0) - deed.start + 0.3, "bus": 0.8}.get(
        deed.what, 0.0
    )
    at = life.local(deed.start + late)
    party, account, item, merchant = _words(life, deed, chance)
    category = CATEGORY.get(deed.what, "餐饮美食")
    own = f"{at:%Y%m%d}22001{chance.digits(7)}{deed.number:08}"
    tap = "&碰一下立减" if deed.place and deed.kind == "payment" and chance.happens(0.12) else ""
    method = chance.ranked(METHODS) + tap
    return (
        f"{at:%Y-%m-%d %H:%M:%S}", category, party, account, item, "支出" if deed.flow == "out" else "收入", f"{deed.cents / 100:.2f}", method,
        "交易成功", f"{own}\t", f"{merchant}\t" if merchant else "", "",
    )  # fmt: skip


def _words(life: Life, deed: Deed, chance: Chance) -> tuple[str, str, str, str]:
    """Answer other side, its account, what was bought, and the other side's own number."""
    at, number = life.local(deed.start), f"EX{deed.number:010}"
    if deed.what == "metro" and deed.place and deed.end_place:
        return CARD, "zfb***@sptcc.com", f"上海地铁-{deed.place.station}-{deed.end_place.station}", number
    if deed.what == "bus":
        return CARD, "jtk***@sptcc.com", "上海公交", f"{at:%y%m%d%H%M%S}{chance.digits(8)}"
    if deed.what == "bike":
        return "美团", "/", f"美团订单-美团骑行-单车-骑行费-{at:%Y-%m-%d %H:%M:%S}", number
    if deed.what == "car":
        driver = chance.one(("示例王师傅", "示例陈师傅", "示例李师傅"))
        return "滴滴出行", "chu***@didichuxing.com", f"滴滴快车打车-{driver}-{at:%m月%d日}行程", number
    if deed.what == "rent":
        return deed.party, "138****0000", "转账", ""
    items = {
        "online": f"{deed.party}订单",
        "delivery": f"{deed.party}外卖订单",
        "ticket": "火车票",
        "bill:utility": f"{at.month}月电费自动缴费",
        "bill:phone": "话费充值",
        "subscription:music": f"{deed.party}自动续费",
        "subscription:video": f"{deed.party}自动续费",
        "subscription:gym": f"{deed.party}会员月费自动扣款",
    }
    # a third of tills write a line of their own, the others the word Alipay has for being there
    own = f"{deed.party}消费" if chance.happens(0.35) else f"{deed.party}当面付商品交易:{chance.digits(6)}"
    return deed.party, "/", items.get(deed.what, own), number


def _told(life: Life, deed: Deed, row: tuple[str, ...], name: str) -> Iterator[Told]:
    kind = "refund" if deed.of else "transfer" if deed.what == "rent" else "payment"
    booked = life.utc(deed.start + {"metro": (deed.end or 0) - deed.start + 1.4, "bike": (deed.end or 0) - deed.start + 0.3, "bus": 0.8}.get(deed.what, 0.0))  # fmt: skip
    of = f"deed {deed.number}"
    yield Told(name, kind, booked, of, cents=deed.cents, currency="CNY", flow=_flow(deed), party=row[2])
    if deed.what == "metro" and deed.place and deed.end_place:
        yield Told(name, "ride", booked, of, place=deed.place.station, end_place=deed.end_place.station, mode="metro")
    elif deed.what == "bus":
        yield Told(name, "tap", life.utc(deed.start), of, mode="bus")
    elif deed.what == "bike":
        yield Told(name, "ride", life.utc(deed.start), of, mode="bike")


def _flow(deed: Deed) -> str:
    return "neither" if deed.of else deed.flow


def _cover(life: Life, asked: date) -> list[str]:
    # a purchase that came back is counted, and adds nothing to the sum
    rows, closed = life.by("alipay_app"), _closed(life)
    last = asked - timedelta(days=1)
    issuer = "支付宝支付科技有限公司" if asked >= NEW_ISSUER else "支付宝（中国）网络技术有限公司"
    sums = [
        f"{word}：{len(here)}笔 {sum(one.cents for one in here if one.number not in closed) / 100:.2f}元"
        for word, flow in (("收入", "in"), ("支出", "out"), ("不计收支", "neither"))
        for here in [[one for one in rows if _flow(one) == flow]]
    ]
    return [
        RULE, "导出信息：", "姓名：示例", "支付宝账户：example@example.com",
        f"起始时间：[{life.first:%Y-%m-%d} 00:00:00]    终止时间：[{last:%Y-%m-%d} 23:59:59]", "导出交易类型：[全部]",
        f"导出时间：[{asked:%Y-%m-%d} 09:12:44]", f"共{len(rows)}笔记录", *sums, "", "特别提示：",
        *(f"{number}.此人并不存在，本明细由 trailviz 生成，仅供示例；" for number in range(1, 9 if asked >= FEWER_NOTES else 10)), "",
        f"{'-' * 24}{issuer}  电子客户回单{'-' * 24}",
    ]  # fmt: skip


FORMAT = Format("alipay_app", "Alipay, app statement (GB18030 CSV)", ("alipay_app",), ("shanghai",), write)

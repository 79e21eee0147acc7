"""WeChat Pay's statement as a workbook (since July 2025; the line about UTC+08:00 and sums as numbers since March 2026)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from trailviz.simulate.exports import Export, Format, Told
from trailviz.simulate.paper.workbook import workbook

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trailviz.simulate.chance import Chance
    from trailviz.simulate.deeds import Deed
    from trailviz.simulate.life import Life

HEADER = (
    "交易时间",
    "交易类型",
    "交易对方",
    "商品",
    "收/支",
    "金额(元)",
    "支付方式",
    "当前状态",
    "交易单号",
    "商户单号",
    "备注",
)
NUMBERS_SINCE = date(2026, 3, 1)
MONEY = "\\¥#,##0.00"
CARD = "示例银行(0000)"
SCANNED = frozenset({"breakfast", "convenience", "stationery"})


def write(life: Life) -> Export:
    """Write the statement of the whole span, asked for on the morning after, newest first."""
    chance, export = life.chance("wechat"), Export()
    asked = life.first + timedelta(days=life.days)
    last = asked - timedelta(days=1)
    name = f"wechat_pay_{life.first:%Y%m%d}-{last:%Y%m%d}.xlsx"
    deeds = life.by("wechat")
    rows = [row for _, row in _rows(life, chance, numbers=asked >= NUMBERS_SINCE)]
    sums = [
        f"{word}：{len(cents)}笔 {sum(cents) / 100:.2f}元"
        for word, flow in (("收入", "in"), ("支出", "out"), ("中性交易", "neither"))
        for cents in [[one.cents for one in deeds if one.flow == flow]]
    ]
    zone = ["4. 本账单中所有时间均为UTC+08:00时间"] if asked >= NUMBERS_SINCE else []
    cover = [
        "微信支付账单明细", "微信昵称：[示例]", f"起始时间：[{life.first:%Y-%m-%d} 00:00:00] 终止时间：[{last:%Y-%m-%d} 23:59:59]", "导出类型：[全部]",
        f"导出时间：[{asked:%Y-%m-%d} 09:15:07]", "", f"共{len(deeds)}笔记录", *sums, "注：", "1. 充值/提现/理财通购买/零钱通存取/信用卡还款等交易，将计入中性交易",
        "2. 若交易记录明细无有效内容，则代表该时间段内此微信号无交易。", "3. 此人并不存在，本明细由 trailviz 生成，仅供示例", *zone, "",
        f"{'-' * 22}微信支付账单明细列表{'-' * 20}",
    ]  # fmt: skip
    table: list[tuple[str | float, ...]] = [*((line,) for line in cover), HEADER, *reversed(rows)]
    export.files[name] = workbook(table, merged=len(cover), money_format=MONEY)
    export.told = [
        Told(name, deed.kind, life.utc(deed.start), f"deed {deed.number}", cents=deed.cents, currency="CNY", flow=deed.flow, party=deed.party)
        for deed in deeds
    ]  # fmt: skip
    return export


def by_card(life: Life) -> Iterator[tuple[Deed, str]]:
    """Yield the deeds that a bank's card stood behind, with the other side as WeChat names it."""
    for deed, row in _rows(life, life.chance("wechat"), numbers=True):
        if row[6] == CARD:
            yield deed, deed.party


def _rows(life: Life, chance: Chance, *, numbers: bool) -> Iterator[tuple[Deed, tuple[str | float, ...]]]:
    """Yield each deed with its cells. What came back, whole or in part, stands in the status of the purchase too."""
    deeds = life.by("wechat")
    back = {one.of: one for one in deeds if one.of}
    written: dict[int, tuple[str | float, ...]] = {}
    row: tuple[str | float, ...]
    for deed in deeds:
        if deed.of:
            of, at = written[deed.of], f"{life.local(deed.start):%Y-%m-%d %H:%M:%S}"
            amount: str | float = deed.cents / 100 if numbers else f"¥{deed.cents / 100:.2f}"
            own = f"5030{life.local(deed.start):%Y%m%d}{chance.digits(8)}{deed.number:08}\t"
            row = (
                at,
                f"{deed.party}-退款",
                deed.party,
                of[3],
                "收入",
                amount,
                of[6],
                _status(life, deed),
                own,
                of[9],
                "/",
            )
        else:
            row = _row(life, deed, chance, numbers=numbers)
            row = (*row[:7], _status(life, back[deed.number]), *row[8:]) if deed.number in back else row
        written[deed.number] = row
        yield deed, row


def _status(life: Life, refund: Deed) -> str:
    whole = refund.cents == life.deeds[refund.of - 1].cents
    return "已全额退款" if whole else f"已退款(￥{refund.cents / 100:.2f})"


def _row(life: Life, deed: Deed, chance: Chance, *, numbers: bool) -> tuple[str | float, ...]:
    at = life.local(deed.start)
    sent = deed.kind == "transfer"
    kind = "转账" if sent else "扫二维码付款" if deed.what in SCANNED else "商户消费"
    item = "转账备注:微信转账" if sent else "收款方备注:二维码收款" if kind == "扫二维码付款" else f"{deed.party}消费"
    status = (
        ("对方已收钱" if deed.flow == "out" else "已存入零钱")
        if sent
        else "已转账"
        if kind == "扫二维码付款"
        else "支付成功"
    )
    method = "/" if deed.flow == "in" else chance.one(("零钱", "零钱", CARD))
    merchant = "/" if sent else f"EX{deed.number:010}\t"
    cells = (f"{at:%Y-%m-%d %H:%M:%S}", kind, deed.party, item, "支出" if deed.flow == "out" else "收入")
    amount: str | float = deed.cents / 100 if numbers else f"¥{deed.cents / 100:.2f}"
    return (*cells, amount, method, status, f"42000029{at:%Y%m%d}{chance.digits(4)}{deed.number:08}\t", merchant, "/")


FORMAT = Format("wechat", "WeChat Pay, statement (workbook)", ("wechat",), ("shanghai",), write)

"""Bank of China's account statement: pay, what the wallets took from the card, and the card at a till abroad, in its money.

The wallets' own rows say the same deeds once more; which of them a card stood behind is what those files say.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from trailviz.simulate.exports import Export, Format, Told, alipay_app, wechat

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trailviz.simulate.deeds import Deed
    from trailviz.simulate.life import Life

TITLE = "中国银行交易流水明细单"
COLUMNS = (
    "记账日期", "记账时间", "币别", "金额", "余额", "交易名称", "渠道", "网点名称", "附言", "对方账户名", "对方卡号/账号", "对方开户行", "借记卡号",
)  # fmt: skip
NOTHING, CARD = "-------------------", "0000"
CURRENCIES = {"CNY": "人民币", "HKD": "港币"}
PAID, BACK, PAY, ABROAD = "网上快捷支付", "网上快捷退款", "工资", "境外消费"
BEGUN_CENTS = {"CNY": 1_860_000, "HKD": 3_000_000}


def write(life: Life) -> Export:
    """Write the account's span, oldest first, with what was left after every row; each currency is an account of its own."""
    chance, export, left = life.chance("boc"), Export(), dict(BEGUN_CENTS)
    name = f"boc_statement_{life.first:%Y%m%d}.csv"
    held = io.StringIO()
    table = csv.writer(held, lineterminator="\n")
    table.writerow((TITLE,))
    table.writerow(COLUMNS)
    for deed, wallet, party in sorted(_shown(life), key=lambda one: one[0].number):
        at = life.local(deed.start)
        cents, currency = deed.other or (deed.cents, "CNY")
        signed = cents if deed.flow == "in" else -cents
        left[currency] += signed
        what = BACK if deed.of else PAID if wallet else PAY if deed.flow == "in" else ABROAD
        other = f"{wallet}-{party}" if wallet else party
        said = other if wallet else life.city.abroad["name"] if deed.other else what
        table.writerow(
            (f"{at:%Y-%m-%d}", f"{at:%H:%M:%S}", CURRENCIES[currency], f"{signed / 100:,.2f}", f"{left[currency] / 100:,.2f}", what, "银企对接" if wallet else "其他",
                NOTHING, said, other, f"Z{chance.digits(3)}******{chance.digits(3)}N", NOTHING, CARD)
        )  # fmt: skip
        export.told.append(
            Told(name, "refund" if deed.of else "payment", life.utc(deed.start), f"deed {deed.number}", cents=cents, currency=currency, flow=deed.flow, party=party)
        )  # fmt: skip
    export.files[name] = held.getvalue().encode()
    return export


def _shown(life: Life) -> Iterator[tuple[Deed, str, str]]:
    """Yield what the account shows: the deed, the wallet it went through (or ""), and the other side."""
    for deed in life.by("boc_debit"):
        yield deed, "", deed.party
    for wallet, listed in (("支付宝", alipay_app.by_card(life)), ("财付通", wechat.by_card(life))):
        for deed, party in listed:
            # money sent to a friend is taken from the wallet
            if deed.kind != "transfer":
                yield deed, wallet, party


FORMAT = Format("boc_debit", "Bank of China, account statement (CSV)", ("boc_debit",), ("shanghai",), write)

"""What the wording of a Chinese wallet row says about presence, the other side and the vehicle.

Patterns from exports observed 2017 to 2026 (Alipay and WeChat statements): see docs/formats/china.md. A payment method is
searched for a tap alone: `余额宝` or `…&红包` there say how money moved, nothing about the person.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trailviz.reading.letters import asked, coded
from trailviz.reading.wording import Wording, named, put, wording

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trailviz.reading.cells import Cells

# A shop beside a station (`沙河地铁站松兰路店`) is no ride.
METRO = r"地铁(?:[^站]|$)|轨道交通"
BUS = r"公交(?:[^站]|$)|巴士|BUS-"
BIKE = r"单车|骑行|街兔|(?i:ofo)|摩拜|先骑后付"
TAXI = r"出租车|出租汽车|的士|车牌[:：]?\p{Han}[A-Z]"
CAR = r"滴滴|打车|网约车|专车|快车|顺风车|曹操|T3出行|出行车费|出行预付|先乘后付|\bETC\b"
TRAIN = r"华铁旅客|列车(?:餐|售)"
TAPPED = "碰一下"
NEVER_THERE = (
    r"外卖|退款|闪购|饿了么|配送|打赏|美团App|自动(?:缴费|扣款|续费)|[水电]费|燃气费|话费|机票|火车票|转账|红包|还款|理财"
    r"|余额宝|收益|提现"
)
SCANNED = (
    r"当面付|扫收钱码|碰一下|条码支付|扫码付|二维码付款|扫二维码|付款码|智能货柜|充电订单|怪兽充电|停车|店内购物|堂食|医保支付"
    rf"|骑行费|先骑后付|{METRO}|{BUS}|{TAXI}|{TRAIN}"
)
# a members' store (会员商店) is a shop, not a membership
FAR = r"代扣|免密|充值|订单|淘宝|天猫|京东|拼多多|会员(?:[^商]|$)|保险"
PERSONAL = r"转账|红包|亲情卡|亲属卡|群收款|转赠"
FIRM = r"公司|店|商|场|出行|出租|集团|馆|厅|铁|银行|中国|超市|鲜生|平台|服务"
PLATE = r"(?:车牌|车号)[:：]?\s*(?P<plate>\p{Han}[A-Z]·?[A-Z0-9]{5,6})"
DRIVER = r"打车-(?P<driver>[^-]{1,12}师傅)-"
TRANSFER = r"转账|红包|提现|转出|转入|信用借还|还款|群收款|亲属卡|亲情卡"
TOP_UP = r"充值成功|零钱充值|余额充值|账户充值"


def tapped(method: pa.Array) -> pa.DictionaryArray:
    """Answer the word for a tap where the payment method has it: the one thing a method says about presence."""
    return named(np.where(wording(method).has(TAPPED), 0, 1), (TAPPED, None))


def first_of(text: pa.Array | Wording, patterns: Sequence[tuple[str, str]], other: str | None) -> pa.DictionaryArray:
    """Answer the word of the first pattern that fits each row, `other` where none does."""
    codes = wording(text).first([pattern for pattern, _ in patterns])
    words = [*(word for _, word in patterns), other]
    distinct = list(dict.fromkeys(words))
    return named(np.array([distinct.index(word) for word in words])[codes], distinct)


def presence(text: pa.Array | Wording) -> pa.DictionaryArray:
    """Answer in_person, remote or unknown for each row of `text` (what was bought, of whom, in which category).

    A delivery, a refund, a transfer or an automatic debit is never a visit, whatever else the row says; a scan, a tap
    or a fare is one; an online order or a direct debit is not. A ride ordered in an app says nothing of who rode.
    """
    ordered = ((NEVER_THERE, "remote"), (SCANNED, "in_person"), (CAR, "unknown"), (FAR, "remote"))
    return first_of(text, ordered, "unknown")


def unvisited(kind: pa.Array, presence: pa.Array) -> pa.DictionaryArray:
    """Answer `presence`, with remote for the kinds that are no visit by what they are."""
    return remote(
        presence, asked(coded(kind), lambda words: pc.is_in(words, pa.array(["refund", "transfer", "top_up"])))
    )


def remote(presence: pa.Array, where: np.ndarray) -> pa.DictionaryArray:
    """Answer `presence`, with remote for the rows of a mask of which nothing else is known."""
    return put(presence, where & asked(coded(presence), lambda words: pc.equal(words, "unknown")), "remote")


def side(text: pa.Array | Wording, party: pa.Array) -> pa.DictionaryArray:
    """Answer whether the other side is a person, a company, or unknown; null where there is none.

    `text` says what kind of deed the row is: a transfer or a red packet makes the other side a person.
    """
    personal, firm = wording(text).has(PERSONAL), wording(party).has(FIRM)
    codes = np.where(np.asarray(pc.is_null(party)), 3, np.where(personal, 0, np.where(firm, 1, 2)))
    return named(codes, ("person", "company", "unknown", None))


def mode(text: pa.Array | Wording) -> pa.DictionaryArray:
    """Answer how the person moved, where the wording names a way of moving; else null."""
    ways = ((TAXI, "taxi"), (BIKE, "bike"), (METRO, "metro"), (BUS, "bus"), (TRAIN, "train"), (CAR, "car"))
    return first_of(text, ways, None)


def plate(text: pa.Array | Wording) -> pa.Array:
    """Answer the number plate a taxi's payment names, or null."""
    return wording(text).told(PLATE, "plate")


def drivers(item: pa.Array) -> pa.Array:
    """Answer the driver a ride-hailing payment names (`滴滴快车打车-陈师傅-06月03日行程`) as a list, or null."""
    name = wording(item).told(DRIVER, "driver")
    found = np.asarray(pc.is_valid(name), dtype=bool)
    ends = np.concatenate([[0], np.cumsum(found)]).astype(np.int32)
    lists = pa.ListArray.from_arrays(pa.array(ends), name.drop_null())
    return pc.if_else(pa.array(found), lists, pa.scalar(None, lists.type))


def kinds(text: pa.Array | Wording, status: pa.Array, method: pa.Array) -> pa.DictionaryArray:
    """Answer what a wallet's row is: a closed order that was never paid is an order, and still known."""
    state, words = wording(status), wording(text)
    found = np.select(
        [
            # with a method it was paid and refunded
            state.has(r"关闭|等待付款") & np.asarray(pc.is_null(method)),
            state.has(r"^退款|退税|全额退款|^已退款成功"),
            state.has(r"冻结成功"),
            words.has(r"退款"),
            words.has(TRANSFER),
            words.has(TOP_UP),
        ],
        [0, 1, 2, 1, 3, 4],
        5,
    )
    return named(found, ("order", "refund", "hold", "transfer", "top_up", "payment"))


def count_strangers(rows: Cells, column: str, known: str) -> None:
    """Count, as a notice, the cells of an open vocabulary that no pattern of `known` fits; their rows are kept."""
    strange = asked(rows.coded(column), lambda words: pc.invert(pc.match_substring_regex(words, known)))
    if strange.any():
        rows.notices["unknown_word"] += int(strange.sum())


def refs(rows: Cells, *columns: str) -> pa.Array:
    """Gather the join keys of a row: every id it has; a refund's id also names the purchase it belongs to."""
    texts = [rows.text(column) for column in columns]
    if pc.any(pc.match_substring(texts[0], "_")).as_py():
        own = pc.replace_substring_regex(texts[0], r"_.*$", "")
        nothing = pa.scalar(None, pa.string())
        texts.append(pc.if_else(pc.or_(pc.equal(own, texts[0]), pc.equal(own, "")), nothing, own))
    held = np.column_stack([np.asarray(pc.is_valid(one), dtype=bool) for one in texts])
    at, column = np.nonzero(held)
    flat = pa.concat_arrays(texts).take(pa.array(column * len(rows) + at))
    ends = np.concatenate([[0], np.cumsum(held.sum(axis=1))]).astype(np.int32)
    some = held.any(axis=1)
    return pa.ListArray.from_arrays(pa.array(ends), flat, mask=None if some.all() else pa.array(~some))


def card_tail(method: pa.Array) -> pa.Array:
    """Answer the last digits of the card a payment method names: `招商银行信用卡(2542)` gives 2542."""
    return wording(method).told(r"[(（](?P<tail>\d{3,4})[)）]", "tail")

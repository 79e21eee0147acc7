"""What the wording of a Chinese wallet row says about presence, the other side and the vehicle.

Patterns from exports observed 2019 to 2026 (Alipay and WeChat statements): see docs/formats.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from trailviz.reading.cells import Cells

IN_PERSON = r"当面付|扫收钱码|碰一下|条码支付|扫码付|二维码付款|扫二维码|付款码|智能货柜|出租车|地铁|公交|骑行费|停车"
REMOTE = (
    r"外卖|美团App|饿了么|淘宝闪购|自动缴费|自动扣款|代扣|免密|电费|水费|燃气费|话费|充值|转账|红包|还款|理财|余额宝"
    r"|退款|订单|淘宝|天猫|京东|拼多多|机票|火车票|会员|保险|提现|收益"
)
PERSONAL = r"转账|红包|亲情卡|亲属卡|群收款|转赠"
PLATE = r"(?:车牌|车号)[:：]?\s*(?P<plate>\p{Han}[A-Z]·?[A-Z0-9]{5,6})"
TAXI = r"出租车|出租汽车|的士"
BIKE = r"单车|骑行|共享单车|街兔|ofo|摩拜"
CAR = r"滴滴|打车|网约车|专车|快车|顺风车|曹操|T3出行|出行车费"
METRO = r"地铁|轨道交通"
BUS = r"公交|巴士|BUS-"


def joined(*columns: pa.Array) -> pa.Array:
    """Join text columns into one to search in; never null."""
    return pc.binary_join_element_wise(*columns, " ", null_handling="replace", null_replacement="")


def presence(text: pa.Array) -> pa.Array:
    """Answer in_person, remote or unknown for each row: a scan or a tap is presence, a delivery or a debit is not."""
    here = pc.match_substring_regex(text, IN_PERSON)
    away = pc.match_substring_regex(text, r"外卖|退款|自动缴费|代扣|订单|充值")
    far = pc.match_substring_regex(text, REMOTE)
    return pc.case_when(
        pc.make_struct(pc.and_(here, pc.invert(away)), far),
        pa.scalar("in_person"),
        pa.scalar("remote"),
        pa.scalar("unknown"),
    )


def side(text: pa.Array, party: pa.Array) -> pa.Array:
    """Answer whether the other side is a person (a transfer or a red packet), a company, or unknown; null without one."""
    personal = pc.match_substring_regex(text, PERSONAL)
    firm = pc.match_substring_regex(
        pc.fill_null(party, ""), r"公司|店|商|场|出行|出租|集团|馆|厅|铁|银行|中国|超市|鲜生|平台|服务"
    )
    answer = pc.case_when(
        pc.make_struct(personal, firm), pa.scalar("person"), pa.scalar("company"), pa.scalar("unknown")
    )
    return pc.if_else(pc.is_valid(party), answer, pa.scalar(None, pa.string()))


def mode(text: pa.Array) -> pa.Array:
    """Answer how the person moved, where the wording names a way of moving; else null."""
    tests = [pc.match_substring_regex(text, pattern) for pattern in (TAXI, BIKE, METRO, BUS, CAR)]
    words = [pa.scalar(word) for word in ("taxi", "bike", "metro", "bus", "car")]
    return pc.case_when(pc.make_struct(*tests), *words, pa.scalar(None, pa.string()))


def plate(text: pa.Array) -> pa.Array:
    """Answer the number plate a taxi's payment names, or null."""
    found = pc.extract_regex(text, PLATE)
    return pc.struct_field(found, "plate") if len(found) else pa.nulls(0, pa.string())


def kinds(text: pa.Array, status: pa.Array, method: pa.Array) -> pa.Array:
    """Answer what a wallet's row is: a closed order that was never paid is an order, and still known."""
    state = pc.fill_null(status, "")
    tests = (
        pc.and_(pc.match_substring_regex(state, r"关闭"), pc.is_null(method)),
        pc.match_substring_regex(state, r"^退款|退税|全额退款|^已退款成功"),
        pc.match_substring_regex(state, r"冻结成功"),
        pc.match_substring_regex(text, r"退款"),
        pc.match_substring_regex(text, r"转账|红包|提现|转出|转入|信用借还|还款|群收款|亲属卡|亲情卡"),
        pc.match_substring_regex(text, r"充值成功|零钱充值|余额充值"),
    )
    words = ("order", "refund", "hold", "refund", "transfer", "top_up")
    return pc.case_when(pc.make_struct(*tests), *(pa.scalar(word) for word in words), pa.scalar("payment"))


def refs(rows: Cells, *columns: str) -> pa.Array:
    """Gather the join keys of a row: every id it has; a refund's id also names the purchase it belongs to."""
    texts = [pc.fill_null(rows.text(column), "") for column in columns]
    own = pc.fill_null(pc.replace_substring_regex(texts[0], r"_.*$", ""), "")
    whole = pc.binary_join_element_wise(*texts, pc.if_else(pc.equal(own, texts[0]), "", own), "\x1f")
    parts = pc.split_pattern(pc.utf8_trim(pc.replace_substring_regex(whole, "\x1f+", "\x1f"), "\x1f"), "\x1f")
    return pc.if_else(pc.equal(whole, "\x1f" * len(columns)), pa.scalar(None, parts.type), parts)


def card_tail(method: pa.Array) -> pa.Array:
    """Answer the last digits of the card a payment method names: `招商银行信用卡(2542)` gives 2542."""
    return pc.struct_field(pc.extract_regex(method, r"[(（](?P<tail>\d{3,4})[)）]"), "tail")

"""What a wallet's wording tells of presence: each pattern seen, and the law that no wording brings reading down."""

from __future__ import annotations

from datetime import UTC, datetime

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trailviz.reading.phrases import bank_cn, deed_time, metro, wallet
from trailviz.reading.wording import wording

SEEN = [
    ("地铁-落星桥-2026-06-14 20:10:55-示例站-2026-06-14 20:35:46", "in_person", "metro"),
    ("上海地铁-甲站-乙站", "in_person", "metro"),
    ("地铁_甲站", "in_person", "metro"),
    ("成都地铁 地铁代扣", "in_person", "metro"),
    ("上海公交 BUS-000143-17:55", "in_person", "bus"),
    ("美团订单-美团骑行-单车-骑行费-2026-06-14 13:26:32", "in_person", "bike"),
    ("哈啰单车卡抵扣骑行费用", "in_person", "bike"),
    ("滴滴快车打车-陈师傅-06月03日行程", "unknown", "car"),
    ("滴滴出行 先乘后付", "unknown", "car"),
    ("示例餐厅(示例路店)", "unknown", None),
    ("示例店当面付商品交易:26061900950119", "in_person", None),
    ("扫收钱码付款-给示例", "in_person", None),
    ("碰一下支付", "in_person", None),
    ("示例咖啡(步行街店)外卖订单", "remote", None),
    ("顾客打赏-#8示例饺子(示例店)", "remote", None),
    ("2月电费自动缴费-示例小区-根据每期出账后自动缴费", "remote", None),
    ("示例停车场 停车支付", "in_person", None),
    ("小桔充电 充电订单", "in_person", None),
    ("智能货柜消费_示例_消费时间:2025-12-15 22:22:48", "in_person", None),
    ("航旅纵横 退款-机票订单", "remote", None),
    ("铁路12306 火车票", "remote", None),
    ("广州示例便利店有限公司", "unknown", None),
    ("高德打车订单", "unknown", "car"),
    ("小拉出行预付车费", "unknown", "car"),
    ("ETC通行费", "unknown", "car"),
    ("示例4386 车牌宁A·T0000", "in_person", "taxi"),
    ("示例健康服务站 医保支付(不含自费)", "in_person", None),
    ("上海华铁旅客服务有限公司", "in_person", "train"),
]
WORDS = st.lists(
    st.one_of(st.sampled_from([text for text, _, _ in SEEN]), st.text(max_size=30), st.none()), max_size=12
)


@pytest.mark.parametrize(("text", "presence", "mode"), SEEN, ids=[text[:14] for text, _, _ in SEEN])
def test_each_wording_seen_has_its_presence(text: str, presence: str, mode: str | None) -> None:
    """A scan, a tap or a fare is being there; a delivery, a debit or a ticket is not; a name alone proves nothing."""
    assert wallet.presence(pa.array([text])).to_pylist() == [presence]
    assert wallet.mode(pa.array([text])).to_pylist() == [mode]


@given(WORDS)
def test_no_wording_loses_a_row(texts: list[str | None]) -> None:
    """Whatever the text, each row has one answer, and children point at rows that are there."""
    column = pa.array(texts, pa.string())
    booked = pa.array([datetime(2026, 6, 14, 12, tzinfo=UTC)] * len(texts), pa.timestamp("us", "UTC"))
    filled = wording(column)
    told = bank_cn.tell(column, column)
    children = [
        *metro.rides(column, booked, "Asia/Shanghai"),
        *deed_time.bike_rides(column, booked, "Asia/Shanghai"),
        *deed_time.bus_taps(column, column, booked, "Asia/Shanghai"),
    ]

    assert len(wallet.presence(filled)) == len(wallet.mode(filled)) == len(wallet.drivers(column)) == len(texts)
    assert {len(one) for one in told.values() if isinstance(one, pa.Array)} == {len(texts)}
    assert all(0 <= at < len(texts) for one in children for at in one.of)

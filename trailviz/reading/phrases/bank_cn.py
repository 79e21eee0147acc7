"""What a Chinese bank writes beside a payment: mostly the wallet, sometimes the shop behind it, once in a while a way of moving.

Observed in statements of ICBC, CMB, BOC, ABC, BOCOM and SPDB of 2022 to 2026: `支付宝-支付宝外部商户-高德打车`, `财付通-餐馆`,
`消费 支付宝-滴滴顺风车`, `北京某某有限公司CHN`, `老招 6034306864942510239`.
"""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from trailviz.reading.phrases import wallet

WALLETS = "支付宝|财付通|微信支付|京东支付|抖音支付|美团支付|云闪付APP|云闪付|网银在线|银联在线支付"
# The wallet's legal entity, where the bank names nobody else.
ENTITIES = {
    r"支付宝（?\(?中国\)?）?网络技术有限公司": "支付宝",
    "财付通支付科技有限公司": "财付通",
    r"网银在线（?\(?北京\)?）?科技有限公司": "网银在线",
}
# three dashes: CITIC writes the full-width one
BEHIND = rf"(?:^|[\s，,])(?:（特约）)?(?P<via>{WALLETS})[－—-](?:支付宝外部商户[－—-])?(?P<shop>[^\s－—-][^\s]*)"
TAIL = r"(?P<name>.*?\D)\s*(?P<account>\d{8,}|[\dA-Z]*\*{3,}[\dA-Z]*)$"
COUNTRY = r"\s*CHN$"
LEAD = r"^(?:消费|退货|取现|分期)\s+(?:（特约）)?"
DASHES = r"^[-－—]+$"


def tell(text: pa.Array, party: pa.Array) -> dict[str, object]:
    """Answer party, its account, the wallet as `channel_text`, presence and mode.

    Args:
        text: The bank's words, party first; one a row.
        party: The other side as the bank's own column has it; null where it has none.
    """
    words = pc.fill_null(text, "")
    found = pc.extract_regex(words, BEHIND)
    via, shop = (pc.struct_field(found, name) for name in ("via", "shop"))
    shop = pc.replace_substring_regex(shop, COUNTRY, "")
    for pattern, name in ENTITIES.items():
        named = pc.match_substring_regex(words, pattern)
        via = pc.coalesce(via, pc.if_else(named, pa.scalar(name), pa.scalar(None, pa.string())))
    plain = pc.replace_substring_regex(pc.replace_substring_regex(party, COUNTRY, ""), LEAD, "")
    nothing = pa.scalar(None, pa.string())
    plain = pc.if_else(pc.fill_null(pc.match_substring_regex(plain, DASHES), False), nothing, plain)  # noqa: FBT003
    split = pc.extract_regex(plain, TAIL)
    name, account = (pc.struct_field(split, part) for part in ("name", "account"))
    plain = pc.utf8_trim_whitespace(pc.coalesce(name, plain))
    named = pc.coalesce(pc.if_else(pc.equal(shop, ""), nothing, shop), plain)
    firm = pc.equal(wallet.side(pa.array([""] * len(words), pa.string()), named), "company")
    return {
        "party": named,
        "party_account": account,
        "party_is": pc.if_else(firm, pa.scalar("company"), wallet.side(words, named)),  # a firm is paid by transfer too
        "channel_text": via,
        "presence": wallet.presence(words),
        "mode": wallet.mode(words),
    }

"""What the text of an M-PESA deed says: with whom, with which number, and whether the person stood before somebody.

Wordings seen in statements of 2018 to 2026 quoted in public documentation: `Customer Withdrawal At Agent Till 441610 - Name`,
`Pay Bill Online to 888880 - NAME Acc. 123`, `Merchant Payment to 123456 - NAME`, `Funds received from - 07******833 NAME`.
"""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from trailviz.reading.phrases import wallet

NUMBER = r"(?P<account>\+?\d[\d*]{4,14})"
AGENT = rf"(?:Withdrawal|Deposit)[\w ]*? (?:at|via) agent(?: till)?\s*-?\s*{NUMBER}(?:\s*-?\s*(?P<name>.+))?$"
FIRM = rf"(?:Pay Bill(?: Online)?|Merchant Payment(?: Online)?|Buy Goods|Business Payment)[\w ]*? (?:to|from)\s*-?\s*(?:{NUMBER}\s*-?\s*)?(?P<name>.+?)?(?:\s+Acc\b.*)?$"
PERSON = rf"(?:Customer Transfer|Customer Payment to Small Business|Funds received|Send Money|Received)[\w ]*?(?: (?:to|from))?\s*-?\s*(?:(?P<first>[A-Z][A-Z' -]+?)\s+)?{NUMBER}(?:\s*-?\s*(?P<name>.+))?$"
# a charge and a reversal name the deed they belong to, so they are asked first
KINDS = ((r"(?i)charge\b|transaction cost", "fee"), (r"(?i)reversal", "refund"), (r"(?i)withdrawal|deposit|customer transfer|funds received|send money|m-shwari|ziidi|unit ?trust|fuliza|overdraft", "transfer"), (r"(?i)airtime", "payment"))  # fmt: skip
REMOTE = r"(?i)airtime|pay ?bill|customer transfer|send money|funds received|online|m-shwari|ziidi|unit ?trust|fuliza|overdraft|charge"


def tell(details: pa.Array) -> dict[str, object]:
    """Answer kind, party, its account, who it is, and presence: cash is handed over at an agent's till, in person."""
    text = pc.fill_null(pc.replace_substring_regex(details, r"\s+", " "), "")
    agent, firm, person = (pc.extract_regex(text, f"(?i){one}") for one in (AGENT, FIRM, PERSON))
    at_agent, at_firm, with_person = (pc.is_valid(one) for one in (agent, firm, person))
    empty = pa.scalar(None, pa.string())

    def part(found: pa.Array, name: str) -> pa.Array:
        told = pc.struct_field(found, name)
        return pc.if_else(pc.equal(told, ""), empty, told)

    named = pc.coalesce(part(agent, "name"), part(firm, "name"), part(person, "name"), part(person, "first"))
    presence = wallet.first_of(text, ((REMOTE, "remote"),), "unknown")
    sides = pc.case_when(pc.make_struct(pc.or_(at_agent, at_firm), with_person), pa.scalar("company"), pa.scalar("person"), pa.scalar("unknown"))  # fmt: skip
    return {
        "kind": wallet.first_of(text, KINDS, "payment"),
        "party": pc.coalesce(named, details),
        "party_account": pc.coalesce(part(agent, "account"), part(firm, "account"), part(person, "account")),
        "party_is": sides,
        "presence": pc.if_else(at_agent, pa.scalar("in_person"), presence),
    }

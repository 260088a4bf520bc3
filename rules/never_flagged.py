"""What no rule may ever find missing, whoever writes it: JKP, which nobody registers for."""

import re

from rules.fault_list import FaultList
from rules.model import Rule

_JKP = re.compile(r"(?<![a-z0-9])jkp(?![a-z0-9])", re.IGNORECASE)
_ACCUSING = ("violation", "indication")


def check_never_flagged(rule: Rule, faults: FaultList) -> None:
    """Note every condition of a rule that accuses somebody and reads JKP; `scope` and `needs` may leave it out."""
    if rule.nature not in _ACCUSING:
        return
    for text in (*rule.when, *(let.text for let in rule.let.values())):
        if _JKP.search(text.text):
            faults.add(
                text.location,
                "jkp-flagged",
                f"the {rule.nature} rule '{rule.id}' reads JKP in a condition",
                "nobody registers for JKP: it follows from the other programmes without a bill of its own (PP 6/2025 "
                "art. 4), so that a case for it would accuse an employer of what nobody can do",
                "judge the programmes that it follows from, and leave JKP to 'scope'",
            )

"""Why findings are held, in words: what a rule came to in a scan, beside the limits that it exceeded."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cases.held import Exceeded, HeldNight
    from cases.wording import Wording


def night_words(night: HeldNight, wording: Wording) -> tuple[str, ...]:
    """Say what was held on the scan of one day, and each limit of the rule: kept to, exceeded, or not in force."""
    held = wording.plural(
        "{day}: {count} finding held", "{day}: {count} findings held", night.findings, day=wording.date(night.as_of)
    )
    if night.exceeded is None:
        return (held, wording.say("what the rule came to on that night was not kept by the version that scanned"))
    return held, _share(night.exceeded, wording), _new(night.exceeded, wording)


def _share(one: Exceeded, wording: Wording) -> str:
    told = wording.say(
        "share: {violations} of {judged} judged are violations, {share}; at most {limit} is allowed",
        violations=wording.number(one.violations),
        judged=wording.number(one.judged),
        share=wording.percent(100 * one.share),
        limit=wording.percent(100 * one.max_share),
    )
    if not one.too_large_a_share:
        return f"✓ {told}"
    beyond = wording.percent(100 * (one.share - one.max_share)).removesuffix(" %")
    over = wording.say("exceeded by {points} percentage points", points=beyond)
    return f"✗ {told}: {over}"


def _new(one: Exceeded, wording: Wording) -> str:
    new = wording.number(one.new)
    if one.max_new is None:
        return "- " + wording.say("new: {new}; on a rule's first night all are new, and no limit holds", new=new)
    told = wording.say("new: {new}; at most {limit} a night are allowed", new=new, limit=wording.number(one.max_new))
    if not one.too_many_new:
        return f"✓ {told}"
    return f"✗ {told}: " + wording.say("exceeded by {number}", number=wording.number(one.new - one.max_new))

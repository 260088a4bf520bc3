"""Says what the services say to somebody before the screen: where they name a command, it names the key to press."""

from collections.abc import Mapping
from typing import Final

from cases.wording import Wording, message

KEYS: Final[Mapping[str, str]] = {
    "patuh parties list shows those that are open": message("m lists those that are open"),
    ("say that they are not one: patuh parties refuse, or have their identifiers mended in the register"): message(
        "say with m that they are not one, or have their identifiers mended in the register"
    ),
    "add the office under offices: in rules.yaml, or leave --office out": message(
        "add the office under offices: in rules.yaml, or choose another in the form (t)"
    ),
    "name it with --office": message("name it in the form (t)"),
    "patuh cases list shows the numbers": message("r in the list reads anew which cases there are"),
    "say it with --reason": message("say it in the form"),
    "name the person with --by, not the scan": message("log in as the person who acts, not as the scan"),
    "write up to {count} signs with --text": message("write up to {count} signs"),
    "patuh parties list and patuh cases show tell the numbers of parties": message(
        "the file of a case tells the number of its party, at its end"
    ),
    "patuh cases show {number} tells what is on record": message(
        "its file tells what is on record (enter in the list opens it, i goes to its events)"
    ),
    "patuh cases show tells the identifiers of the party of a case": message("p lists the identifiers of the party"),
    "name it too: --identifier source=…, as patuh cases show has it": message("tick it too in the form (p)"),
    "write it whole; patuh cases show --unmask --purpose tells it": message(
        "tick it in the form (p), which has it whole"
    ),
    "it is the proof of receipt of {name}; record it with patuh cases receipt": message(
        "it is the proof of receipt of {name}; record it with t, as a receipt"
    ),
    "say it with the command: {options}": message("fill it in, in the form"),
    "confirm it first: patuh cases confirm {number}": message("confirm it first: c"),
    "take that step first: patuh cases step {number} {step}": message("take that step first: t"),
    "put on record what is missing: {commands}": message("put on record what is missing: t"),
    "let it go on: patuh cases resume {number}": message("let it go on: t"),
    (
        "another supervisor of its region confirms it: patuh cases approve {number}; or take it back: "
        "patuh cases retract {number}"
    ): message("another supervisor of its region confirms it with y; or take it back: Y"),
    (
        "a supervisor other than {name} confirms it: patuh cases approve {number}; or take it back: "
        "patuh cases retract {number}"
    ): message("a supervisor other than {name} confirms it with y; or take it back: Y"),
    "propose it anew, if it is still right; patuh cases show {number} tells": message(
        "propose it anew with t, if its file says that it is still right"
    ),
    "let one person propose it, and another confirm it: patuh cases approve {number}": message(
        "let one person propose it with t, and another confirm it with y"
    ),
    "patuh cases show {number} tells what became of it": message(
        "its file tells what became of it (enter in the list opens it)"
    ),
    "it was confirmed by {who} on {day}; patuh cases show {number} has its file": message(
        "it was confirmed by {who} on {day}; enter in the list opens its file"
    ),
    "patuh cases show {number} tells what became of its findings": message(
        "its file tells what became of its findings (enter in the list opens it)"
    ),
    "an inspector has to record proof first: patuh cases record {number} {record}": message(
        "an inspector has to record proof first: t"
    ),
    "it never goes to the kejaksaan; leave --queue out": message(
        "it never goes to the kejaksaan; c confirms it for the queue that routing proposes"
    ),
    (
        "leave --queue out; or record the warnings in the register, and a scan proposes it when both are "
        "spent and no instalment plan is kept"
    ): message(
        "confirm it with c for the queue that routing proposes; or record the warnings in the register, "
        "and a scan proposes it when both are spent and no instalment plan is kept"
    ),
    "patuh held list shows what is held: nothing": message("nothing is held; r reads it anew"),
    "patuh unknowns shows which registers left something open": message(
        "the list at the left shows which registers left something open"
    ),
}
"""A remedy that names a command, to the words that name a key."""


class KeyWording(Wording):
    """Words of the screen: what a service tells is told by keys."""

    def say(self, msgid: str, /, **values: object) -> str:
        """Return the message in this language, by the key that does what its command does."""
        return super().say(KEYS.get(msgid, msgid), **values)

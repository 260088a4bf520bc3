"""Who may do what: one table of acts and roles, and the act that each command is. `docs/people.md` is made from it.

The table says by role only. Where a person may act is said by the person's regions, and enforced on the session
(`cases.access.narrowing`). A command that is not here runs for nobody: none can forget the gate.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from cases.wording import message
from rules.configuration import ROLES, Person

INSPECTOR, SUPERVISOR, AUDITOR, EXPORTER = ROLES


@dataclass(frozen=True)
class Right:
    """Who may do an act. `roles` None: anybody, for no case is seen by it.

    `whole`: it cannot be narrowed to some regions, so only a person of the whole nation may do it.
    `alone`: done where nobody's roles are known, a desk of one is told so. `at_start`: no service of the case store
    asks for it, so the command does where it begins.
    """

    words: str
    roles: frozenset[str] | None
    whole: bool = False
    alone: bool = False
    at_start: bool = False


def _of(*roles: str) -> frozenset[str]:
    return frozenset(roles)


RIGHTS: Final[Mapping[str, Right]] = {
    "rules": Right(message("read, check and test rules; make a sample"), None),
    "sources": Right(message("look at the registers as a whole"), _of(INSPECTOR, SUPERVISOR, AUDITOR), at_start=True),
    "rejects": Right(message("list rejected rows"), _of(INSPECTOR, SUPERVISOR, AUDITOR), whole=True, at_start=True),
    "coverage": Right(message("read reports"), _of(*ROLES), at_start=True),
    "scan": Right(message("scan"), _of(INSPECTOR, SUPERVISOR), whole=True, at_start=True),
    "backtest": Right(
        message("judge kept registers by another rule"), _of(SUPERVISOR, AUDITOR), whole=True, at_start=True
    ),
    "replay": Right(message("prove a kept answer again"), _of(SUPERVISOR, AUDITOR), at_start=True),
    "list": Right(message("list cases"), _of(*ROLES)),
    "waiting": Right(message("list what waits for a person"), _of(INSPECTOR, SUPERVISOR, AUDITOR)),
    "read": Right(message("read a case with its reasons"), _of(INSPECTOR, SUPERVISOR, AUDITOR)),
    "review": Right(message("work in the review screen"), _of(INSPECTOR, SUPERVISOR, AUDITOR), at_start=True),
    "notices": Right(
        message("list notices and whom nobody could judge"), _of(INSPECTOR, SUPERVISOR, AUDITOR), at_start=True
    ),
    "repair": Right(message("export to a register's owner what it has to repair"), _of(INSPECTOR, SUPERVISOR)),
    "confirm": Right(message("confirm a case"), _of(SUPERVISOR), alone=True),
    "step": Right(message("record steps, proofs and answers"), _of(INSPECTOR, SUPERVISOR), alone=True),
    "approve": Right(message("confirm what another person proposed"), _of(SUPERVISOR)),
    "refer": Right(message("refer a case to an office"), _of(SUPERVISOR), alone=True),
    "note": Right(message("write a note"), _of(INSPECTOR, SUPERVISOR)),
    "assign": Right(message("assign a case"), _of(SUPERVISOR)),
    "snooze": Right(message("hide a case for a while"), _of(SUPERVISOR)),
    "undo": Right(message("take back what one did last"), _of(SUPERVISOR)),
    "waive": Right(message("waive a finding"), _of(SUPERVISOR), alone=True),
    "dismiss": Right(message("dismiss a case"), _of(SUPERVISOR), alone=True),
    "merge": Right(message("merge and split parties"), _of(SUPERVISOR), whole=True, alone=True),
    "held": Right(message("release or discard held findings"), _of(SUPERVISOR), whole=True, alone=True),
    "export": Right(message("export confirmed cases"), _of(EXPORTER), alone=True),
    "unmask": Right(message("uncover identifiers"), _of(INSPECTOR, SUPERVISOR, EXPORTER), alone=True),
    "audit": Right(message("verify chains and show a case's file"), _of(AUDITOR), at_start=True),
    "people": Right(message("let people in (the owner of the database)"), None),
    "refusals": Right(message("list refusals, and lists shown uncovered"), _of(AUDITOR), whole=True, at_start=True),
    "purge": Right(
        message("purge personal data whose time is over"), _of(SUPERVISOR), whole=True, alone=True, at_start=True
    ),
}
"""Every act. A later command takes one of these or adds its own line."""

COMMANDS: Final[Mapping[str, str]] = {
    "scan": "scan",
    "sample": "rules",
    "unknowns": "notices",
    "notices": "notices",
    "repair export": "repair",
    "coverage": "coverage",
    "export": "export",
    "replay": "replay",
    "cases list": "list",
    "cases show": "read",
    "cases explain": "read",
    "cases confirm": "confirm",
    "held list": "waiting",
    "held release": "held",
    "held discard": "held",
    "sources check": "sources",
    "sources rejects": "rejects",
    "rules check": "rules",
    "rules test": "rules",
    "rules list": "rules",
    "rules show": "rules",
    "rules diff": "rules",
    "rules docs": "rules",
    "rules schema": "rules",
    "rules backtest": "backtest",
    "refusals": "refusals",
    "unmaskings": "refusals",
    "audit verify": "audit",
    "audit show": "audit",
    "audit purge": "purge",
    "cases redirect": "confirm",
    "cases undo": "undo",
    "cases step": "step",
    "cases record": "step",
    "cases receipt": "step",
    "cases pause": "step",
    "cases resume": "step",
    "cases referral": "step",
    "cases refer": "refer",
    "cases approve": "approve",
    "cases retract": "step",
    "cases close": "dismiss",
    "cases assign": "assign",
    "cases note": "note",
    "cases snooze": "snooze",
    "cases wake": "snooze",
    "cases waive": "waive",
    "cases dismiss": "dismiss",
    "due": "waiting",
    "review": "review",
    "waivers list": "waiting",
    "waivers withdraw": "waive",
    "parties list": "waiting",
    "parties merge": "merge",
    "parties split": "merge",
    "parties refuse": "merge",
    "people apply": "people",
}
"""Command to act."""


def only_exports(person: Person) -> bool:
    """Say whether all that `person` may do with cases is export them: such a one sees confirmed cases alone. Pure."""
    return person.roles <= {EXPORTER}


def may(person: Person, act: str) -> bool:
    """Say whether `person` may do `act` at all, somewhere. Pure."""
    right = RIGHTS[act]
    if right.roles is None:
        return True
    return bool(person.roles & right.roles) and (person.regions is None or not right.whole)


def sees(person: Person, region: str) -> bool:
    """Say whether a region's code, of any level, lies in one of the person's regions. Pure."""
    return person.regions is None or any(region == one or region.startswith(f"{one}.") for one in person.regions)

"""Every check of the rule files beyond their form and their examples."""

from datetime import date

from engine.always import check_always
from engine.remarks import Remarks
from engine.standing import check_standing
from engine.units import check_units
from engine.unused import check_unused
from rules.configuration import Configuration
from rules.model import RuleBook


def check_rules(book: RuleBook, configuration: Configuration, today: date, shipped: frozenset[str]) -> Remarks:
    """Return what is wrong with rules whose conditions compile; `shipped` names the parameters of the law."""
    return (
        check_always(book)
        + check_units(book)
        + check_unused(book, configuration)
        + check_standing(book, today, shipped)
    )

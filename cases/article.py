"""An article of law in words, the same on every screen."""

from cases.names import CHECKED, name_of
from cases.wording import Wording
from rules.model import Basis


def article(basis: Basis, wording: Wording) -> str:
    """Write an article of law in words: where it is, since when, and how its text was checked."""
    named = basis.article.strip() not in ("", "-")  # a letter has none
    text = wording.say("{law} article {article}", law=basis.law, article=basis.article) if named else basis.law
    force = wording.say("in force since {since}", since=wording.date(basis.since))
    if basis.until is not None:
        force = wording.say(
            "in force {since} to {until}", since=wording.date(basis.since), until=wording.date(basis.until)
        )
    checked = f"{basis.checked}: {name_of(CHECKED, basis.checked, wording)}"
    return "; ".join(part for part in (text, force, checked, basis.note.get(wording.language, "")) if part)

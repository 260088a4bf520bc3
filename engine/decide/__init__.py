"""Decide where each kind of case is headed and which step comes next, by durable-rules in a child process.

Cases with the same facts get the same decision, so each distinct set of facts, a signature, is judged once, by routing
and by the sanction ladder together. How rules that fire together combine is `engine.decide.routed` and
`engine.decide.proposed`; what they may ask is `SIGNATURE_FACTS`.
"""

from collections.abc import Mapping, Sequence

from engine.decide.ask import Child, ask
from engine.decide.compiled import DecisionFile, Grammar, compile_rules
from engine.decide.facts import SIGNATURE_FACTS, CaseFact, check_signatures
from engine.decide.proposed import LADDER, propose
from engine.decide.routed import ROUTING, combine
from engine.findings import Decision
from rules.model import Ladder, Routing

__all__ = ["SIGNATURE_FACTS", "CaseFact", "Child", "decide"]


def decide(
    signatures: Sequence[Mapping[str, CaseFact]],
    routing: Routing,
    ladder: Ladder | None = None,
    child: Child | None = None,
) -> tuple[Decision, ...]:
    """Give one decision per signature, in the same order; `child` is another process to ask, None the one we bring.

    `ladder` None: no step is proposed, and the decisions have no proposal. Raises DecisionError when the rules cannot
    be used, a signature says something outside the vocabulary, or the child does not account for every signature.
    """
    files: list[tuple[DecisionFile, Grammar]] = [(routing, ROUTING)]
    if ladder is not None:
        files.append((ladder, LADDER))
    compiled = compile_rules(files)
    check_signatures(signatures)
    if not signatures:
        return ()
    first = len(routing.rules)
    decisions = []
    for places, case in zip(ask(compiled, signatures, child), signatures, strict=True):
        climbed = [place - first for place in places if place >= first]
        proposal = None if ladder is None else propose(ladder, climbed, case)
        decisions.append(combine(routing, [place for place in places if place < first], case, proposal))
    return tuple(decisions)

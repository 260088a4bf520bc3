"""Decide where each kind of case is headed, by durable-rules in a child process.

Cases with the same facts get the same decision, so each distinct set of facts, a signature, is judged once. How rules
that fire together combine is `engine.decide.combined`; what they may ask is `SIGNATURE_FACTS`.
"""

from collections.abc import Mapping, Sequence

from engine.decide.ask import Child, ask
from engine.decide.combined import combine
from engine.decide.compiled import compile_routing
from engine.decide.facts import SIGNATURE_FACTS, CaseFact, check_signatures
from engine.findings import Decision
from rules.model import Routing

__all__ = ["SIGNATURE_FACTS", "CaseFact", "Child", "decide"]


def decide(
    signatures: Sequence[Mapping[str, CaseFact]], routing: Routing, child: Child | None = None
) -> tuple[Decision, ...]:
    """Give one decision per signature, in the same order; `child` is another process to ask, None the one we bring.

    Raises DecisionError when the routing rules cannot be used, a signature says something outside the vocabulary, or
    the child does not account for every signature.
    """
    compiled = compile_routing(routing)
    check_signatures(signatures)
    if not signatures:
        return ()
    fired = ask(compiled, signatures, child)
    return tuple(combine(routing, places, case) for places, case in zip(fired, signatures, strict=True))

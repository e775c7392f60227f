"""The policy's cascade on one exchange: further tiers are asked, and judges that are to be asked later are noted.

Only the exchange that asks waits for an answer. Under zero retention nothing is noted for later, because nothing is
kept that could be judged then.
"""

from collections.abc import Sequence

import msgspec

from seawall.gateway.exchange import Exchange
from seawall.gateway.wire import Piece
from seawall.policy.rules import Stage
from seawall.screen.cascade import Text, settle
from seawall.vocabulary.cascade import Cascade
from seawall.vocabulary.findings import Finding, Surface, Tier


async def settled(
    exchange: Exchange, stage: Stage, pieces: Sequence[Piece], found: Sequence[Finding], *, number: int = 0
) -> tuple[Finding, ...]:
    """Return the findings on pieces, numbered from `number`, once the cascade has answered."""
    cascade = exchange.policy.cascade
    if not found and not cascade.always:
        return ()
    texts = []
    if cascade.asks(found):
        context = last_words(exchange.request.pieces) if stage == "output" else ""
        texts = [
            Text(text=piece.text, surface=piece.surface, piece=number + at, newest=piece.newest, context=context)
            for at, piece in enumerate(pieces)
            if piece.text
        ]
    zero_retention = exchange.caller.zero_retention
    result = await settle(cascade, exchange.live.tiers, texts, found, zero_retention=zero_retention)
    if result.later and not zero_retention:
        exchange.later[stage] += [each for each in result.later if each not in exchange.later[stage]]
    return result.findings


def last_words(pieces: Sequence[Piece]) -> str:
    """Return what the person said last."""
    said = [piece.text for piece in pieces if piece.surface is Surface.INPUT and piece.newest and piece.text]
    return said[-1] if said else ""


def without_judges(cascade: Cascade) -> Cascade:
    """Return a cascade without judges: no model of others sees what is screened outside of an exchange."""
    return msgspec.structs.replace(cascade, steps=tuple(each for each in cascade.steps if each.tier is not Tier.JUDGE))

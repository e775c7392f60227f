"""What a restricted account, or an account of a restricted key, may not do: go faster, use tools, media or a model.

Asked before anything is screened. A rate holds for the account or, where the key is restricted, for the whole key.
"""

import math

from seawall.gateway.errors import NotForThisAccount, TooFast
from seawall.gateway.exchange import Exchange
from seawall.vocabulary.decisions import Verdict
from seawall.vocabulary.errors import SeawallError
from seawall.vocabulary.ids import AccountId, RuleId
from seawall.vocabulary.measures import Measure
from seawall.vocabulary.standing import NO_MEDIA, NO_MODEL, NO_TOOLS, Standing, State


def restricted(exchange: Exchange) -> SeawallError | None:
    """Return the error for what is restricted, after noting why; None where nothing is."""
    own, whole = exchange.standing, exchange.whole
    if own.state is not State.RESTRICTED and whole.state is not State.RESTRICTED:
        return None
    if own.refused:
        return None
    return (
        _not_for(exchange, own, "account")
        or _not_for(exchange, whole, "key")
        or _too_fast(exchange, own, exchange.account, "account")
        or _too_fast(exchange, whole, exchange.whole_account, "key")
    )


def _not_for(exchange: Exchange, standing: Standing, whose: str) -> NotForThisAccount | None:
    request = exchange.request
    for limit in standing.limits:
        model = limit.removeprefix(NO_MODEL)
        if (limit == NO_TOOLS and request.tools) or (limit == NO_MEDIA and request.images):
            reason = f"This {whose} may not use {limit}."
        elif model != limit and model == request.model:
            reason = f"This {whose} may not use the model {model!r}."
        else:
            continue
        _withhold(exchange, reason)
        return NotForThisAccount(reason, hint=_until(standing))
    return None


def _too_fast(exchange: Exchange, standing: Standing, account: AccountId, whose: str) -> TooFast | None:
    if standing.state is not State.RESTRICTED or standing.per_minute is None:
        return None
    rates, now = exchange.live.rates, exchange.at
    if rates.allow(account, standing.per_minute, now):
        return None
    wait = max(1, math.ceil(rates.wait_s(account, standing.per_minute, now)))
    reason = f"This {whose} is limited to {standing.per_minute} requests a minute."
    _withhold(exchange, reason)
    error = TooFast(reason, hint=f"Try again in {wait} seconds.")
    error.wait_s = wait
    return error


def _withhold(exchange: Exchange, reason: str) -> None:
    exchange.verdict = Verdict(measure=Measure.WITHHOLD, because=(RuleId("standing.restricted"),), reason=reason)


def _until(standing: Standing) -> str:
    return f"Until {standing.until:%Y-%m-%d %H:%M} UTC." if standing.until else "Until it is lifted."

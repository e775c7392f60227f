"""Decisions about releases as the hub's model pages show them."""

from collections.abc import Iterable

from seawall.hub.inputs import SignOff, Version
from seawall.risk import SignedOff

_FOR = {
    "internal_deploy": "use inside the organisation",
    "external_deploy": "use by others",
    "weights_release": "the release of its weights",
}
_ENDED = {"withdrawn": "withdrawn since", "lapsed": "lapsed since"}


def sign_offs_of(signed: Iterable[SignedOff], documents: Iterable[Version]) -> tuple[SignOff, ...]:
    """Return the sign-offs, each under the name that documents have for the model and version."""
    named = {each.model for each in documents if each.model}
    return tuple(
        SignOff(
            model=_name(each, named),
            decision=_decision(each),
            at=each.signed_at,
            digest=each.statement,
            record=each.record,
        )
        for each in signed
    )


def _name(signed: SignedOff, named: set[str]) -> str:
    ways = [f"{signed.model}{between}{signed.version}" for between in (" ", "-", "")]
    return next((each for each in ways if each in named), ways[0])


def _decision(signed: SignedOff) -> str:
    parts = [f"signed off for {_FOR[signed.applies]} until {signed.expires_at:%Y-%m-%d}"]
    if signed.conditions:
        parts.append(f"{len(signed.conditions)} conditions" if len(signed.conditions) > 1 else "one condition")
    if signed.missing:
        parts.append(f"without {', '.join(each.replace('_', ' ') for each in signed.missing)}")
    if ended := _ENDED.get(signed.state):
        parts.append(ended)
    return "; ".join(parts)

"""What a run came to: the object that `--json` prints."""

from collections import Counter
from collections.abc import Mapping, Sequence

import msgspec

from seawall.app.demo.confusion import Tally
from seawall.app.demo.hub import HubTold
from seawall.app.demo.opening import Ready
from seawall.app.demo.play import Moderated, Played
from seawall.app.demo.proof import Proven, Verified
from seawall.app.demo.upstreams import Upstreams
from seawall.vocabulary.measures import Measure


class UpstreamTold(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What answered; `why` tells why it was no real model."""

    kind: str
    model: str
    why: str = ""


class LedgerTold(msgspec.Struct, frozen=True, kw_only=True):
    """What fresh processes said of the ledger. `first_size` is that before the first conversation."""

    verified: bool
    size: int
    first_size: int
    address: str
    key: str
    problems: tuple[str, ...]
    proof: Proven | None
    tampered_copy_refused: bool
    tampered_copy_problem: str


class Arm(msgspec.Struct, frozen=True, kw_only=True):
    """One arm of the comparison of steering."""

    exchanges: int
    mean_output_tokens: float


class Replayed(msgspec.Struct, frozen=True, kw_only=True):
    """A labelled set that was replayed."""

    file: str
    of: int
    sampled: int
    seed: int
    unknown_labels: tuple[str, ...]
    categories: dict[str, Tally]


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """The whole run."""

    ledger: LedgerTold
    upstream: UpstreamTold
    counts: dict[str, int]
    conversations: int
    exchanges: int
    moderations: int
    accounts: int
    steering: dict[str, Arm]
    would_have: dict[str, int]
    skipped: tuple[str, ...]
    mismatches: tuple[str, ...]
    address: str
    seconds: float
    hub: HubTold
    replay: Replayed | None = None

    @property
    def right(self) -> bool:
        """Tell whether everything came as it should."""
        proven = self.ledger.proof is not None and self.ledger.proof.proven
        shown = self.ledger.verified and proven and self.ledger.tampered_copy_refused and self.hub.verified
        return shown and not self.mismatches


class Finished(msgspec.Struct, frozen=True, kw_only=True):
    """A run that is over, with everything still up."""

    outcome: Outcome
    ready: Ready
    refused: Played | None


def told_upstream(upstreams: Upstreams) -> UpstreamTold:
    """Return what answered."""
    return UpstreamTold(kind=upstreams.kind, model=upstreams.model, why=upstreams.why)


def told_ledger(
    first: Verified, last: Verified, proof: Proven | None, tampered: Verified, address: str, key: str
) -> LedgerTold:
    """Return what the checks of the ledger came to."""
    return LedgerTold(
        verified=first.verified and last.verified,
        size=last.size,
        first_size=first.size,
        address=address,
        key=key,
        problems=first.problems + last.problems,
        proof=proof,
        tampered_copy_refused=not tampered.verified and bool(tampered.problems),
        tampered_copy_problem=next(iter(tampered.problems), ""),
    )


def counted(played: Sequence[Played]) -> dict[str, int]:
    """Return how many exchanges came to which measure, mildest first."""
    found = Counter(each.fact.measure for each in played)
    return {measure.value: found[measure] for measure in Measure if found[measure]}


def arms(played: Sequence[Played]) -> dict[str, Arm]:
    """Return both arms of those exchanges for which the policy would steer."""
    compared: dict[str, list[int]] = {}
    for each in played:
        if each.fact.arm != "none" and each.fact.measure in (Measure.STEER, Measure.ANNOTATE):
            compared.setdefault(each.fact.arm, []).append(each.fact.output_tokens)
    return {
        arm: Arm(exchanges=len(tokens), mean_output_tokens=round(sum(tokens) / len(tokens), 1))
        for arm, tokens in sorted(compared.items())
    }


def would_have(played: Sequence[Played]) -> dict[str, int]:
    """Return how often which rule in monitor mode would have acted."""
    return dict(Counter(rule for each in played for rule in each.fact.would_have).most_common())


def mismatches(played: Sequence[Played], moderated: Sequence[Moderated]) -> tuple[str, ...]:
    """Return a sentence for everything that was not as expected."""
    found = [f"{each.conversation.by}, {each.conversation.about}: {what}" for each in played for what in each.wrong]
    found += [f"{each.moderation.by}, {each.moderation.about}: {what}" for each in moderated for what in each.wrong]
    return tuple(found)


def refused(played: Sequence[Played]) -> Played | None:
    """Return an exchange that was refused for what was said, to prove it."""
    found: Mapping[bool, Played] = {each.fact.measure.refuses and each.heard.status == 200: each for each in played}
    return found.get(True)

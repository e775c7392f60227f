"""One exchange as the live path knows it, and the entries that the recorder writes of it."""

import asyncio
import random
from collections.abc import Sequence
from time import monotonic
from typing import Any

import msgspec

from seawall.access import Caller, Upstream
from seawall.enforce import apply, whole_key
from seawall.gateway import meters
from seawall.gateway.entries import Closed, Decided, Entry, Opened, Outcome
from seawall.gateway.live import Live
from seawall.gateway.referring import Whose
from seawall.gateway.wire import Request, Usage, WireFormat
from seawall.gateway.wire.stream import estimated_tokens
from seawall.policy.rules import Arm, Situation, Stage
from seawall.screen.cascade import Later
from seawall.store import Transaction
from seawall.vocabulary.decisions import ALLOWED, Verdict
from seawall.vocabulary.findings import Finding
from seawall.vocabulary.ids import AccountId, DecisionId, ExchangeId, new_id
from seawall.vocabulary.measures import Measure, gravest
from seawall.vocabulary.records.exchanges import ExchangeDecided

_encode = msgspec.json.Encoder().encode


class Exchange:
    """One request and its response: who, under which policy, what was found and decided."""

    def __init__(
        self, live: Live, api: WireFormat, caller: Caller, request: Request, upstream: Upstream, raw: bytes
    ) -> None:
        self.live, self.api, self.caller, self.request, self.upstream = live, api, caller, request, upstream
        self.id = ExchangeId(new_id("ex"))
        # Every exchange has a decision on its input, so that may have its number: another one costs as much as a hash.
        self.decision = DecisionId(f"de{self.id.removeprefix('ex')}")
        self.account = live.account(caller.key, request.end_user)
        self.at = live.clock()
        self.standing, self.whole = live.standing(self.account, caller.key, self.at)
        self.policy = live.policies.current(caller.project.name)
        self.arm: Arm = _arm(caller.project.steer_share)
        self.verdict, self.findings = ALLOWED, tuple[Finding, ...]()
        self.output_verdict, self.output_findings = ALLOWED, tuple[Finding, ...]()
        self.output_decision: DecisionId | None = None
        self.later: dict[Stage, list[Later]] = {"input": [], "output": []}
        self._content = None if caller.zero_retention else raw
        self._network: bytes | None = None
        self._started = monotonic()
        self._ended = False
        self.opened = False
        limits = caller.limits
        self._scopes = limits.scopes if limits is not None else ()
        # The last thing that can fail: from here on it is given back.
        self._reserved = limits.reserve() if limits is not None else None
        meters.began()

    def situation(self, stage: Stage) -> Situation:
        """Return what the policy is told beside findings and standing."""
        return Situation(
            project=self.caller.project.name,
            key=self.caller.key,
            account=self.account,
            now=self.at,
            stage=stage,
            country=self.caller.project.country,
            zero_retention=self.caller.zero_retention,
            arm=self.arm,
            input_categories=frozenset(each.category for each in self.findings if not each.failed)
            if stage == "output" and self.findings
            else frozenset(),
        )

    def came_from(self, address: str | None) -> None:
        """Note the network that it came from, as a keyed digest; nothing where nothing may be kept."""
        if not self.caller.zero_retention:
            self._network = self.live.networks.of(address)

    def whose(self) -> Whose:
        """Return whose a reference is that comes with it."""
        return Whose(
            account=self.account,
            key=self.caller.key,
            project=self.caller.project.id,
            has_end_user=self.request.end_user is not None,
        )

    @property
    def whole_account(self) -> AccountId:
        """Return the account that stands for the whole key."""
        return whole_key(self.caller.key)

    @property
    def measure(self) -> Measure:
        """Return the gravest measure so far."""
        return gravest(self.verdict.measure, self.output_verdict.measure)

    @property
    def last_decision(self) -> DecisionId:
        """Return the decision that the answer carries."""
        return self.output_decision or self.decision

    def opening(self) -> list[Entry]:
        """Return the entries that open the exchange, with the decision on its input; from now on it is on record."""
        self.opened = True
        opened = Opened(
            exchange=self.id,
            project=self.caller.project.id,
            key=self.caller.key,
            account=self.account,
            has_end_user=self.request.end_user is not None,
            api=self.api.name,
            model=self.request.model.replace("\x00", "�"),
            streamed=self.request.stream,
            zero_retention=self.caller.zero_retention,
            policy=self.policy.digest,
            arm=self.arm,
            decision=self.decision,
            verdict=self._verdict_kept(self.verdict),
            findings=self._findings_kept(self.findings),
            standing=_encode(self.standing),
            at=self.at,
            content=self._content,
            later=tuple(self.later["input"]),
            scopes=self._scopes,
            network=self._network,
        )
        return [opened, *self._decided(self.decision, self.verdict)]

    def decide_output(self, verdict: Verdict) -> list[Entry]:
        """Take the decision on the output and return its entries; none where it allows."""
        self.output_verdict = verdict
        if verdict.measure is Measure.ALLOW:
            return []
        self.output_decision = DecisionId(new_id("de"))
        return self._decided(self.output_decision, verdict, self._verdict_kept(verdict))

    def closing(
        self, outcome: Outcome, status: int, *, usage: Usage | None = None, content: bytes | None = None
    ) -> Closed:
        """Return the entry that closes the exchange."""
        if not self._ended:
            self._ended = True
            meters.ended(self.api.name, outcome.value, self.measure.value, monotonic() - self._started)
        output = self.output_findings or self.output_verdict is not ALLOWED
        return Closed(
            exchange=self.id,
            account=self.account,
            at=self.live.clock(),
            outcome=outcome,
            status=status,
            measure=self.measure.value,
            because=[*self.verdict.because, *self.output_verdict.because],
            decision=self.output_decision,
            verdict=self._verdict_kept(self.output_verdict) if output else None,
            findings=self._findings_kept(self.output_findings) if output else None,
            input_tokens=usage.input_tokens if usage else None,
            output_tokens=usage.output_tokens if usage else None,
            content=None if self.caller.zero_retention else content,
            later=tuple(self.later["output"]),
            scopes=self._scopes,
            metered=self._metered(usage, content) if self._scopes else 0,
        )

    def count_once(self, written: "asyncio.Future[None]") -> None:
        """Give the reservation of a tester's budget back once the opening, which counts it, is written or refused."""
        reserved, self._reserved = self._reserved, None
        if reserved is not None:
            written.add_done_callback(lambda _: reserved.release())

    def give_back(self) -> None:
        """Give back what was reserved for an exchange that was never opened."""
        if self._reserved is not None:
            self._reserved.release()

    @property
    def ended(self) -> bool:
        """Tell whether the exchange was closed."""
        return self._ended

    def reopen(self) -> None:
        """Take back a closing that could not be written."""
        self._ended = False
        meters.began()

    def _decided(self, decision: DecisionId, verdict: Verdict, output: bytes | None = None) -> list[Entry]:
        if verdict.measure is Measure.ALLOW:
            return []
        body = ExchangeDecided(
            decision=decision,
            exchange=self.id,
            project=self.caller.project.id,
            account=self.account,
            measure=verdict.measure,
            because=verdict.because,
            policy_digest=self.policy.digest,
            application=self.caller.key,
        )

        def act(tx: Transaction) -> object:
            return apply(
                tx,
                decision=decision,
                exchange=self.id,
                account=self.account,
                key=self.caller.key,
                project=self.caller.project.id,
                has_end_user=self.request.end_user is not None,
                verdict=verdict,
                ladder=self.policy.ladder,
                record=self.live.record,
                clock=self.live.clock,
            )

        # A refusal because of the standing is not a new reproach.
        of_standing = any(rule.startswith("standing.") for rule in verdict.because)
        return [Decided(body=body, account=self.account, act=None if of_standing else act, output=output)]

    def _findings_kept(self, findings: Sequence[Finding]) -> bytes:
        # Under zero retention not even the places of what was found are kept.
        kept = (
            [msgspec.structs.replace(each, span=None) for each in findings] if self.caller.zero_retention else findings
        )
        return _encode(kept)

    def _verdict_kept(self, verdict: Verdict) -> bytes:
        return _encode(msgspec.structs.replace(verdict, rewrites=()) if self.caller.zero_retention else verdict)

    def _metered(self, usage: Usage | None, content: bytes | None) -> int:
        """Return the tokens that a budget is charged with; estimated where the upstream counts none."""
        if usage is None:
            return 0
        said = sum(len(piece.text) for piece in self.request.pieces)
        read = usage.input_tokens or estimated_tokens(said)
        return read + (usage.output_tokens or estimated_tokens(len(content or b"")))

    @property
    def has_notices(self) -> bool:
        """Tell whether there is a banner or a warning to show."""
        return any(each.banners or each.warnings for each in (self.verdict, self.output_verdict))

    def notice(self) -> dict[str, Any]:
        """Return the `seawall` field of the answer."""
        told: dict[str, Any] = {"exchange": self.id, "decision": self.last_decision, "measure": self.measure.value}
        banners = [*self.verdict.banners, *self.output_verdict.banners]
        warnings = [*self.verdict.warnings, *self.output_verdict.warnings]
        if banners:
            told["banners"] = [{"text": each.text, "source": each.source} for each in banners]
        if warnings:
            told["warnings"] = warnings
        return told

    def appended(self) -> str:
        """Return the text that follows the answer where the project asks for it; empty where there is none."""
        if not self.caller.project.appends_notices:
            return ""
        told = self.notice()
        banners = [" ".join(filter(None, (each["text"], each["source"]))) for each in told.get("banners", ())]
        return "\n\n".join([*told.get("warnings", ()), *banners])


def _arm(share: float) -> Arm:
    """Draw the arm of the comparison; there is none where every exchange is steered."""
    if share >= 1:
        return "none"
    return "steer" if random.random() < share else "control"  # noqa: S311 - a draw, not a secret

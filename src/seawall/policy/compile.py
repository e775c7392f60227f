"""Documents become an edition: rules in an index, overlays applied, everything that `decide` would have to look up.

The same documents give the same digest and the same policies, on every machine.
"""

import hashlib
from collections.abc import Iterable

import msgspec

from seawall.policy.documents import BannerDoc, ChangeDoc, Documents, ExemptionDoc, LadderDoc, RuleDoc
from seawall.policy.rules import BannerTerm, Edition, Exemption, Literals, Policy, Rule, Strike
from seawall.vocabulary.categories import Category
from seawall.vocabulary.decisions import Buffering
from seawall.vocabulary.findings import Surface
from seawall.vocabulary.ids import RuleId
from seawall.vocabulary.ladder import Ladder, Step


def canonical(documents: Documents) -> bytes:
    """Return the canonical JSON (RFC 8785) of documents: what is stored, and what the digest is of."""
    import rfc8785

    return rfc8785.dumps(msgspec.to_builtins(documents, str_keys=True))


def compile_documents(documents: Documents, *, version: int = 0, digest: str = "") -> Edition:
    """Return the edition that documents come to. They must have been checked: see `read`."""
    digest = digest or hashlib.sha256(canonical(documents)).hexdigest()
    base = _policy(documents, documents.rules, digest, version)
    overlays = {}
    for project, overlay in documents.overlays.items():
        changes = overlay.rules
        rules = [changed(rule, changes[rule.id]) if rule.id in changes else rule for rule in documents.rules]
        overlays[project] = _policy(documents, rules, digest, version, project)
    return Edition(base=base, overlays=overlays)


def changed(rule: RuleDoc, change: ChangeDoc) -> RuleDoc:
    """Return a rule with what an overlay changes of it."""
    fields = msgspec.structs.asdict(change)
    return msgspec.structs.replace(rule, **{k: v for k, v in fields.items() if v is not msgspec.UNSET})


def ladder(document: LadderDoc) -> Ladder:
    """Return the strike ladder. Raises MalformedLadder."""
    return Ladder(
        steps=tuple(
            Step(
                at_weight=step.at_weight,
                state=step.state,
                for_s=None if step.for_ is None else round(step.for_.total_seconds()),
                within_s=None if step.within is None else round(step.within.total_seconds()),
                per_minute=step.per_minute,
            )
            for step in document.steps
        ),
        restrict_per_minute=document.restrict_per_minute,
        restrict_for_s=round(document.restrict_for.total_seconds()),
        suspend_for_s=None if document.suspend_for is None else round(document.suspend_for.total_seconds()),
    )


def _policy(documents: Documents, rules: Iterable[RuleDoc], digest: str, version: int, project: str = "") -> Policy:
    main = documents.policy
    banners = {banner.name: banner for banner in documents.banners}
    compiled = tuple(_rule(rule, order, main.fail == "open", banners) for order, rule in enumerate(rules))
    return Policy(
        digest=digest,
        version=version,
        name=main.name,
        language=main.language,
        project=project,
        rules=compiled,
        index=_index(compiled),
        exemptions=tuple(_exemption(each) for each in documents.exemptions),
        ladder=ladder(documents.ladder),
        buffers={surface: _buffering(documents, surface, compiled) for surface in Surface},
        deadline_s=main.deadline.total_seconds(),
        literals=tuple(Literals(name=each.name, category=each.category, words=each.words) for each in main.literals),
        texts=main.texts,
        floor=min([0.5, *(rule.threshold for rule in compiled)]),
    )


def _rule(rule: RuleDoc, order: int, fail_open: bool, banners: dict[str, BannerDoc]) -> Rule:
    strike = rule.strike
    return Rule(
        id=RuleId(rule.id),
        order=order,
        category=rule.category,
        surfaces=frozenset(rule.surfaces),
        measure=rule.measure,
        enforced=rule.mode == "enforce",
        threshold=rule.threshold,
        detectors=rule.detectors,
        except_detectors=rule.except_detectors,
        full_buffer=rule.buffer == "full",
        fail_open=fail_open if rule.fail is None else rule.fail == "open",
        message=rule.message.strip(),
        steer=rule.steer.strip(),
        mask=rule.mask,
        banners=tuple(_banner(banners[name]) for name in rule.banners),
        strike=None
        if strike is None
        else Strike(weight=strike.weight, expires_after_s=round(strike.expires.total_seconds())),
        newest_only=rule.when.newest,
        projects=frozenset(rule.when.projects),
        countries=frozenset(rule.when.countries),
        when_input=frozenset(rule.when.input),
    )


def _banner(banner: BannerDoc) -> BannerTerm:
    return BannerTerm(
        text=banner.text.strip(), source=banner.source, country=banner.country, first=banner.from_, last=banner.to
    )


def _exemption(document: ExemptionDoc) -> Exemption:
    return Exemption(
        rules=frozenset(map(RuleId, document.rules)),
        expires=document.expires,
        project=document.project,
        key=document.key,
        account=document.account,
    )


def _index(rules: tuple[Rule, ...]) -> dict[tuple[Surface, Category], tuple[Rule, ...]]:
    index: dict[tuple[Surface, Category], tuple[Rule, ...]] = {}
    for rule in rules:
        for surface in rule.surfaces:
            index[surface, rule.category] = (*index.get((surface, rule.category), ()), rule)
    return index


def _buffering(documents: Documents, surface: Surface, rules: tuple[Rule, ...]) -> Buffering:
    """Return the strictest of what the enforced rules on a surface ask for."""
    asked = documents.policy.buffers.get(surface)
    here = [rule for rule in rules if rule.enforced and surface in rule.surfaces]
    full = any(rule.full_buffer for rule in here) or (asked is not None and asked.mode == "full")
    fail = asked.fail if asked is not None else documents.policy.fail
    return Buffering(
        mode="full" if full else "window",
        max_wait_s=asked.max_wait.total_seconds() if asked is not None else 2.0,
        # One rule that insists on an answer is enough to stop a stream that cannot be screened in time.
        fail_open=fail == "open" and all(rule.fail_open for rule in here),
    )

"""Run the demo: start everything, play, check, report. Whatever was started is stopped when the stack closes."""

import random
import time
from collections.abc import Sequence
from contextlib import ExitStack

from seawall.app.demo import children, outcome, report, report_checks
from seawall.app.demo.facts import Facts
from seawall.app.demo.furniture import Key
from seawall.app.demo.hub import HubTold, publish
from seawall.app.demo.inventions import invent
from seawall.app.demo.opening import REPLAY, Options, Ready, open_stage
from seawall.app.demo.outcome import Finished, LedgerTold, Outcome, Replayed
from seawall.app.demo.paper import Paper
from seawall.app.demo.play import Moderated, Played, Stageplay, moderate
from seawall.app.demo.proof import await_published
from seawall.app.demo.speaking import Speaker
from seawall.policy.publishing import load_version


def perform(options: Options, stack: ExitStack, paper: Paper) -> Finished:
    """Run the demo once. Raises what `open_stage` does."""
    began = time.monotonic()
    ready = open_stage(options, stack, paper)
    paper.lines(report.introduction(ready.stage.url, ready.stage.folder, ready.upstreams, ready.first))
    played, skipped = _play(ready, paper)
    moderated = _moderate(ready, paper)
    _tell(ready, played, paper)
    replayed = _replay(ready, options, paper)
    refused = outcome.refused(played)
    told = Outcome(
        ledger=_check(ready, refused, paper),
        hub=_publish(ready, paper),
        upstream=outcome.told_upstream(ready.upstreams),
        counts=outcome.counted(played),
        conversations=len({each.number for each in played}),
        exchanges=len(played),
        moderations=len(moderated),
        accounts=len({each.fact.account for each in played}),
        steering=outcome.arms(played),
        would_have=outcome.would_have(played),
        skipped=skipped,
        mismatches=outcome.mismatches(played, moderated),
        address=ready.stage.url,
        seconds=round(time.monotonic() - began, 1),
        replay=replayed,
    )
    paper.heading("In short")
    paper.lines(report.summary(told))
    return Finished(outcome=told, ready=ready, refused=refused)


def _play(ready: Ready, paper: Paper) -> tuple[list[Played], tuple[str, ...]]:
    conversations = ready.scenario.conversations
    paper.heading(f"{len(conversations)} conversations, through the official SDKs of Anthropic and OpenAI")
    paper.prose("What a person asks for is named, not shown. A ~ stands for a streamed answer.")
    paper.lines(report.head(paper.width))
    stageplay = _stageplay(ready)
    played: list[Played] = []
    skipped: list[str] = []
    for number, conversation in enumerate(conversations):
        paper.doing(f"{number + 1} of {len(conversations)}: {conversation.by} {conversation.about}", passing=True)
        country = conversation.needs_banner
        if country and not _has_banner(ready, conversation.by, country):
            skipped.append(f"{conversation.about}: no banner for {country} is in force today")
            continue
        for each in stageplay.play(number, conversation):
            played.append(each)
            paper.lines(report.played(each, paper.width))
    paper.doing()
    return played, tuple(skipped)


def _stageplay(ready: Ready) -> Stageplay:
    keys = [key.id for key in ready.keys.values()]
    facts = Facts(ready.stage.instance, keys, ready.stage.logs / "seawall.log")
    invented = invent(random.SystemRandom())

    def speaker(over: str, key: Key) -> Speaker:
        # Not at the top: what is missing is to be told by an error with a next step.
        if over == "messages":
            from seawall.app.demo.speaking_anthropic import AnthropicSpeaker

            return AnthropicSpeaker(ready.stage.url, key.secret)
        from seawall.app.demo.speaking_openai import OpenAISpeaker

        return OpenAISpeaker(ready.stage.url, key.secret)

    return Stageplay(ready.scenario, speaker, ready.keys, facts, invented)


def _has_banner(ready: Ready, person: str, country: str) -> bool:
    """Tell whether the policy has a banner for a country today: it names elections by their dates."""
    today, project = ready.stage.instance.clock().date(), ready.scenario.people[person].project
    with ready.stage.instance.database().begin() as tx:
        rules = load_version(tx).of(project).rules
    return any(banner.country == country and banner.on(today, country) for rule in rules for banner in rule.banners)


def _moderate(ready: Ready, paper: Paper) -> list[Moderated]:
    from seawall.app.demo.speaking_openai import OpenAISpeaker

    done = []
    for each in ready.scenario.moderations:
        key = ready.keys[ready.scenario.people[each.by].project]
        done.append(moderate(OpenAISpeaker(ready.stage.url, key.secret), each))
        paper.lines(report.moderated(done[-1], paper.width))
    return done


def _tell(ready: Ready, played: Sequence[Played], paper: Paper) -> None:
    paper.heading("What was decided, and why")
    paper.prose("Gravest first: the rule, the reason that was given, the last such decision and its account.")
    paper.lines(report.decisions(played, paper.width))
    watched = [each for each in played if each.conversation.by == ready.scenario.history_of]
    if watched:
        paper.heading(f"One account: {ready.scenario.history_of}")
        _show_account(ready, watched[-1].fact.account, paper)
    arms = outcome.arms(played)
    if arms:
        paper.heading("Steering, compared")
        paper.prose(
            "When somebody is in distress, one project steers half of the exchanges, drawn by chance. The banner with "
            "helplines is beside every answer."
        )
        paper.lines(report.steering(arms))
    paper.heading("What rules in monitor mode would have done")
    paper.lines(report.monitored(outcome.would_have(played), len(played)))


def _show_account(ready: Ready, account: str, paper: Paper) -> None:
    """Show what the command that everybody has shows."""
    shown = children.run(["seawall.app", "accounts", "show", account], ready.stage.environment, ready.stage.folder)
    paper.lines(report.shown_account(account, shown.stdout or shown.stderr))


def _replay(ready: Ready, options: Options, paper: Paper) -> Replayed | None:
    sample = ready.sample
    if sample is None or options.labelled is None:
        return None
    from seawall.app.demo.replay import replay

    count = len(sample.rows)
    paper.heading(f"{options.labelled.name}: {count} of {sample.of} rows, drawn with seed {sample.seed}")
    paper.prose(
        "Rules: the deterministic detectors. Classifier: from the threshold of the rule that listens to it, which is "
        "in monitor mode. Every row comes from an end user of its own, and nothing of it is kept."
    )
    tallies = replay(
        ready.stage,
        ready.keys[REPLAY],
        sample,
        lambda done: paper.doing(f"{done} of {count} rows", passing=done % 100 != 0),
    )
    paper.doing()
    replayed = Replayed(
        file=options.labelled.name,
        of=sample.of,
        sampled=count,
        seed=sample.seed,
        unknown_labels=sample.unknown,
        categories=tallies,
    )
    paper.lines(report_checks.confusion(replayed))
    return replayed


def _check(ready: Ready, refused: Played | None, paper: Paper) -> LedgerTold:
    paper.heading("The ledger, checked from outside")
    paper.doing("waiting until all of it is published")
    await_published(ready.stage)
    paper.doing("verifying it in a process that shares nothing with the server")
    last, tampered = ready.outsider.verify(), ready.outsider.verify_tampered()
    paper.doing("proving one refusal")
    proof = ready.outsider.prove(refused.fact.exchange) if refused else None
    paper.doing()
    told = outcome.told_ledger(ready.first, last, proof, tampered, ready.outsider.address, ready.outsider.key)
    paper.lines(report_checks.ledger(told))
    return told


def _publish(ready: Ready, paper: Paper) -> HubTold:
    paper.heading("The transparency hub, published and checked from outside")
    paper.doing("building it from the public ledger")
    told = publish(ready.stage, ready.outsider)
    paper.doing()
    paper.lines(report_checks.hub(told, ready.outsider.key))
    return told

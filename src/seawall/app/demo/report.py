"""The report of the conversations, as lines of text: who was answered how, what was decided and why. Pure.

What a person wrote is never shown, only what a conversation is about; an answer is shown where the scenario says so.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import click
import msgspec

from seawall.app.demo.outcome import Arm, Outcome
from seawall.app.demo.paper import bad, dim, good, shortened
from seawall.app.demo.play import Moderated, Played
from seawall.app.demo.proof import Verified
from seawall.app.demo.scenario import LONGEST_LABEL
from seawall.app.demo.upstreams import Upstreams
from seawall.vocabulary.measures import Measure

_COLOURS: Mapping[Measure, str] = {
    Measure.ANNOTATE: "cyan",
    Measure.STEER: "cyan",
    Measure.REWRITE: "yellow",
    Measure.WITHHOLD: "red",
}
_WHO, _OVER, _MEASURE = 11, 11, 9
_LONGEST_RULE = 32
_SHORTEST_ABOUT = 24
_LEAD, _INDENT = " " * (2 + _WHO), " " * 12


def title() -> list[str]:
    """Return what this is."""
    return [
        click.style("Seawall, the whole path on this machine", bold=True),
        dim("request → screen → decide → commit → reply → evidence → anyone verifies"),
        "",
    ]


def introduction(url: str, folder: Path, upstreams: Upstreams, first: Verified) -> list[str]:
    """Return what runs, and where."""
    answers = (
        f"{upstreams.model}, a real model of 270 million parameters, on this machine"
        if upstreams.kind == "model"
        else "a scripted upstream, no model"
    )
    return [
        f"  gateway   {url}",
        f"  answers   {answers}",
        f"  data      {folder}",
        f"  ledger    {first.size} entries before the first conversation, "
        + (good("verified") if first.verified else bad("NOT verified")),
    ]


def _about(width: int) -> int:
    """Return the room for what a conversation is about: on a narrow terminal the rule matters more."""
    return max(_SHORTEST_ABOUT, min(LONGEST_LABEL + 1, width - 2 - _WHO - _OVER - _MEASURE - _LONGEST_RULE))


def head(width: int) -> list[str]:
    """Return the head of the table of conversations."""
    names = f"  {'who':<{_WHO}}{'about':<{_about(width)}}{'over':<{_OVER}}{'measure':<{_MEASURE}}rule"
    return [dim(names)]


def played(each: Played, width: int) -> list[str]:
    """Return the row of one turn, what is shown of the answer, and what was not as expected."""
    lines = [_row(each, width)]
    lines += [dim(_LEAD + shortened(text, width - len(_LEAD))) for text in _shown(each)]
    return lines + [bad(f"{_LEAD}NOT AS EXPECTED: {what}") for what in each.wrong]


def _row(each: Played, width: int) -> str:
    conversation, room = each.conversation, _about(width)
    first = each.turn is conversation.turns[0]
    who, about = (conversation.by, conversation.about) if first else ("", "  and goes on")
    over = conversation.over + (" ~" if conversation.stream else "")
    row = f"  {who:<{_WHO}}{shortened(about, room - 1):<{room}}{dim(over.ljust(_OVER))}"
    if not each.fact.because:
        return row + measured(each.fact.measure)
    left = width - 2 - _WHO - room - _OVER - _MEASURE
    return row + measured(each.fact.measure, _MEASURE) + shortened(each.fact.because[0], left)


def measured(measure: Measure, room: int = 0) -> str:
    """Return a measure in its colour."""
    text = measure.value.ljust(room)
    return click.style(text, fg=_COLOURS.get(measure, "magenta")) if measure is not Measure.ALLOW else dim(text)


def _shown(each: Played) -> list[str]:
    shows, shown = each.conversation.shows, []
    if "answer" in shows and not each.heard.refused:
        shown.append(f"“{answer(each)}”")
    if "banner" in shows and each.heard.told.notice:
        shown += [f"+ {text}" for text in banners(each.heard.told.notice)]
    return shown


def answer(each: Played) -> str:
    """Return what came back, on one line."""
    calls = [
        f"calls {call.name}({', '.join(f'{name}: {value}' for name, value in call.arguments.items())})"
        for call in each.heard.calls
    ]
    return " ".join([" ".join(each.heard.text.split()), *calls]).strip()


def banners(notice: str) -> list[str]:
    """Return the texts that stand beside an answer, from its header."""
    return [each["text"] for each in msgspec.json.decode(notice).get("banners", ())]


def moderated(each: Moderated, width: int) -> list[str]:
    """Return the row of one call of the moderation route."""
    told = f"flagged: {', '.join(each.categories)}" if each.flagged else "not flagged"
    room = _about(width)
    row = f"  {each.moderation.by:<{_WHO}}{shortened(each.moderation.about, room - 1):<{room}}{dim('moderation')}"
    return [f"{row} {told}", *(bad(f"{_LEAD}NOT AS EXPECTED: {what}") for what in each.wrong)]


def decisions(every: Sequence[Played], width: int) -> list[str]:
    """Return what was decided other than allow, gravest first, with the last decision of each kind."""
    groups: dict[tuple[int, str], list[Played]] = {}
    for each in every:
        if each.fact.measure is not Measure.ALLOW:
            groups.setdefault((-each.fact.measure.rank, each.fact.because[0]), []).append(each)
    return [line for (_, rule), found in sorted(groups.items()) for line in _decided(rule, found, width)]


def _decided(rule: str, found: Sequence[Played], width: int) -> list[str]:
    last = found[-1].fact
    times = "once" if len(found) == 1 else f"{len(found)} times, last"
    lines = [
        f"  {measured(last.measure, _MEASURE + 1)}{rule:<{_LONGEST_RULE + 2}}{times} by {found[-1].conversation.by}"
    ]
    if last.reason:
        lines.append(dim(_INDENT + shortened(f"“{last.reason}”", width - len(_INDENT))))
    return [*lines, dim(f"{_INDENT}{last.decision}  {last.account}")]


def shown_account(account: str, told: str) -> list[str]:
    """Return what `seawall accounts show` says."""
    return [dim(f"$ seawall accounts show {account}"), *told.rstrip().splitlines()]


def steering(arms: Mapping[str, Arm]) -> list[str]:
    """Return both arms of the comparison."""
    named = {"steer": "steered", "control": "not steered"}
    return [
        f"  {named.get(arm, arm):<14}{of.exchanges:>2} exchanges, {of.mean_output_tokens:g} tokens in the mean answer"
        for arm, of in arms.items()
    ]


def monitored(would_have: Mapping[str, int], exchanges: int) -> list[str]:
    """Return what rules in monitor mode would have done; they do nothing."""
    if not would_have:
        return [f"  In none of {exchanges} exchanges would one have acted."]
    return [f"  {rule:<46}{count} of {exchanges} exchanges" for rule, count in would_have.items()]


def summary(told: Outcome) -> list[str]:
    """Return the run in a few lines."""
    counts = ", ".join(f"{count} {measure}" for measure, count in told.counts.items())
    lines = [
        f"  {told.conversations} conversations, {told.exchanges} exchanges, {told.accounts} accounts: {counts}",
        f"  {told.seconds:g} seconds from the first process to the last check",
        *(dim(f"  left out: {what}") for what in told.skipped),
    ]
    if told.right:
        return [*lines, f"  {good('All as the scenario expects, recorded, verified and proven.')}"]
    wrong = told.mismatches or ("the ledger did not hold up, see above",)
    return [*lines, *(f"  {bad('NOT AS EXPECTED')}: {what}" for what in wrong)]

"""The report of what was checked, and what there is to try: the ledger, a labelled set, commands. Pure."""

import click

from seawall.app.demo.confusion import Tally
from seawall.app.demo.hub import HubTold
from seawall.app.demo.outcome import Finished, LedgerTold, Replayed
from seawall.app.demo.paper import bad, dim, good
from seawall.app.demo.scenario import MODELS


def ledger(told: LedgerTold) -> list[str]:
    """Return what fresh processes said of the ledger."""
    return [*_verified(told), *_proven(told), *_tampered(told)]


def _verified(told: LedgerTold) -> list[str]:
    lines = [dim(f"  $ seawall ledger verify {told.address} \\"), dim(f"      --key '{told.key}'")]
    if not told.verified:
        return [*lines, f"  {bad('NOT verified')}:", *(f"    {problem}" for problem in told.problems)]
    grown = f"grown out of the {told.first_size} seen at the start"
    return [*lines, f"  {good('Verified')}: {told.size} entries, every tile, the signature; {grown}.", ""]


def _proven(told: LedgerTold) -> list[str]:
    proof = told.proof
    if proof is None:
        return [f"  {bad('NOT proven')}: no exchange was refused."]
    lines = [
        dim(f"  $ seawall ledger prove {proof.exchange}"),
        dim(f"  $ seawall ledger check {proof.exchange}.tlog-proof --key …"),
    ]
    if not proof.proven:
        return [*lines, f"  {bad('NOT proven')}: {proof.problem}"]
    return [*lines, f"  {good('Proven')}: entry {proof.index} holds this exchange, measure {proof.measure}.", ""]


def _tampered(told: LedgerTold) -> list[str]:
    lines = [dim("  $ seawall ledger verify COPY    # one bit of one entry turned over")]
    if not told.tampered_copy_refused:
        return [*lines, f"  {bad('NOT refused')}: a changed copy passed."]
    return [*lines, f"  {good('Refused')}, as it must be: {told.tampered_copy_problem}."]


def hub(told: HubTold, key: str) -> list[str]:
    """Return what a fresh process said of the hub."""
    lines = [dim(f"  $ seawall hub verify {told.address.rstrip('/')} \\"), dim(f"      --key '{key}'")]
    if not told.verified:
        return [*lines, f"  {bad('NOT verified')}:", *(f"    {problem}" for problem in told.problems)]
    counted = f"{told.files} files, {told.records} records, {told.numbers} numbers"
    return [*lines, f"  {good('Verified')}: edition {told.edition}, {counted}. Look at it: {told.address}"]


def confusion(replayed: Replayed) -> list[str]:
    """Return the confusion table of a labelled set."""
    sides = f"{'':<28}{'labelled yes':>17}{'labelled no':>33}"
    names = f"{'category':<28}" + f"{'rows':>6}{'rules':>12}{'classifier':>13} " * 2
    lines = [dim(f"  {sides}"), dim(f"  {names}".rstrip())]
    lines += [_tallied(category, tally) for category, tally in replayed.categories.items()]
    if replayed.unknown_labels:
        lines += ["", dim(f"  labels that mean nothing here: {', '.join(replayed.unknown_labels)}")]
    return lines


def _tallied(category: str, tally: Tally) -> str:
    yes = _side(tally.positives, tally.positives_by_rules, tally.positives_by_classifier)
    no = _side(tally.negatives, tally.negatives_by_rules, tally.negatives_by_classifier)
    return f"  {category:<28}{yes} {no}"


def _side(rows: int, by_rules: int, by_classifier: int) -> str:
    return f"{rows:>6}{_of(by_rules, rows):>12}{_of(by_classifier, rows):>13}"


def _of(count: int, rows: int) -> str:
    return f"{count} ({100 * count / rows:.0f} %)" if rows else "–"


def invitation(finished: Finished, command: str, config: str) -> list[str]:
    """Return where Seawall is, and commands to try while it is up."""
    url, told = finished.ready.stage.url, finished.outcome.ledger
    secret = next(iter(finished.ready.keys.values())).secret
    return [
        "",
        click.style(f"The transparency hub of this run: {finished.outcome.hub.address}", bold=True),
        "",
        click.style(f"Seawall stays up at {url} until Ctrl-C. To try, in another terminal:", bold=True),
        "",
        f"  export KEY={secret}",
        f"  export SEAWALL_CONFIG={config}",
        "",
        f"  curl {url}/v1/messages -H \"x-api-key: $KEY\" -H 'content-type: application/json' \\",
        f"""    -d '{{"model": "{MODELS["messages"]}", "max_tokens": 40, "metadata": {{"user_id": "me"}},""",
        """         "messages": [{"role": "user", "content": "What is the capital of France?"}]}'""",
        "",
        *(f"  {command} {each}" for each in _commands(finished)),
        f"  {command} ledger verify {told.address} \\",
        f"    --key '{told.key}'",
        "",
    ]


def _commands(finished: Finished) -> list[str]:
    refused = finished.refused
    about = (
        [f"accounts show {refused.fact.account}", f"accounts reverse {refused.fact.decision} --reason-code mistaken"]
        if refused
        else []
    )
    return ["accounts list", *about, "policy list"]

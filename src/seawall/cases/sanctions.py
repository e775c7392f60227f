"""Notices of what was done to an account without a case: by the ladder, a rule about accounts, or staff.

    act -> job -> notice, once;  taken back -> job -> another notice, once

What an act brought behind something graver is told with it, at once: what it changes, and that it does so later.

The same notice as of a case's decision, made of the act alone when somebody asks. What a case decided, or took back, is
told by the case. Where child sexual exploitation was found neither exchange nor rule is named.
"""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from seawall.cases import telling
from seawall.cases.clocks import last_second
from seawall.cases.model import SEALING
from seawall.cases.office import Office
from seawall.cases.render import Notice
from seawall.cases.speaking import Say
from seawall.cases.speaking import marked as _
from seawall.cases.tables import decisions
from seawall.cases.withdrawn import close_reversed
from seawall.enforce.sanctions import IMPOSED, PERSON, TAKEN_BACK, Sanction, decision_of, sanction
from seawall.store import Database, Transaction
from seawall.store.jobs import Job
from seawall.vocabulary.categories import MAPPINGS
from seawall.vocabulary.concerned import Concerned
from seawall.vocabulary.standing import NO_MEDIA, NO_MODEL, NO_TOOLS, Standing, State

_DID = {
    State.GOOD: _("Everything that held against the account was lifted."),
    State.WARNED: _("The account was warned. It goes on as before."),
    State.RESTRICTED: _("The account was restricted."),
    State.SUSPENDED: _("The account was suspended: its requests are refused."),
    State.BANNED: _("The account was closed: its requests are refused."),
}
_BACK = _("This was taken back and does not hold any more:")
_RATE = _("It may send {per_minute} requests a minute.")
_LIMITS = {NO_TOOLS: _("It may not use tools."), NO_MEDIA: _("It may not send media.")}
_MODEL = _("It may not use the model {model}.")
_WHY = {
    "strikes": _("Breaches of the usage policy are counted. Together they came to this, automatically."),
    "measure": _("The usage policy provides for this measure where such a thing is found."),
    "rule": _("A rule looks at what happens on an account over a time, and provides for this measure."),
    PERSON: "",
}
_BEHIND = _(
    "Something graver or longer holds at the moment, so this changes nothing for now. It counts once that is over or "
    "taken back."
)
_THEN = {
    State.RESTRICTED: _("After that it stays restricted until {until}."),
    State.SUSPENDED: _("After that its requests are still refused until {until}."),
    State.BANNED: _("After that its requests are still refused until {until}."),
}
_THEN_FOR_GOOD = {
    State.RESTRICTED: _("After that it stays restricted."),
    State.SUSPENDED: _("After that its requests are still refused."),
    State.BANNED: _("After that its requests are still refused."),
}


def tell(tx: Transaction, office: Office, act: int) -> bool:
    """Lay the notice of what an act did, once; tell whether it is there. What a case decided the case tells."""
    found = sanction(tx, act)
    if found is None or _of_a_case(tx, found):
        return False
    telling.lay_sanction(tx, office, found, back=False)
    return True


def tell_back(tx: Transaction, office: Office, act: int) -> None:
    """Lay the notice that it was taken back, once, behind the first; and close what a rule wanted looked at."""
    decision = decision_of(tx, act)
    if decision is not None:
        close_reversed(tx, office, decision)
    found = sanction(tx, act)
    # What was only made milder by another's reversal is told as taken back too: what it came to does not hold.
    if found is None or found.taken_back_at is None:
        return
    tell(tx, office, act)
    if not _told_by_a_case(tx, found):
        telling.lay_sanction(tx, office, found, back=True)


def sanction_jobs(database: Database, office: Office) -> tuple[Job, ...]:
    """Return the jobs that workers run."""

    def run(*, act: int) -> None:
        with database.begin() as tx:
            tell(tx, office, act)

    def run_back(*, act: int) -> None:
        with database.begin() as tx:
            tell_back(tx, office, act)

    return Job(IMPOSED, run, retries=8), Job(TAKEN_BACK, run_back, retries=8)


def notice_of(tx: Transaction, office: Office, act: int, *, back: bool, say: Say = str) -> Notice:
    """Return what the person is told of an act, or of its being taken back."""
    found = sanction(tx, act)
    if found is None:
        raise LookupError(f"act {act} did nothing, and a notice tells of it")
    about = office.exchanges(tx, found.exchange) if found.exchange is not None else None
    return rendered(found, about, office.rules.appeal_for, back=back, say=say)


def rendered(found: Sanction, about: Concerned | None, appeal_for: timedelta, *, back: bool, say: Say) -> Notice:
    """Return the notice: a pure function of the act and of the exchange that it was about."""
    open_ = found.category is not SEALING and (about is None or SEALING not in about.categories)
    category = found.category or next(iter(about.categories if about is not None else ()), None)
    by_person = found.cause == PERSON
    did = _did(found.standing, say)
    return Notice(
        decision=found.decision or "",
        account=found.account,
        about=None,
        exchange=found.exchange if open_ else None,
        what=f"{say(_BACK)} {did}" if back else " ".join([did, *_later(found, say)]),
        why="" if back or by_person else say(_WHY[found.cause]),
        rule=next(iter(found.because), None) if open_ else None,
        category=MAPPINGS[category].title if category is not None and open_ else None,
        decided_automatically=not by_person,
        detected_automatically=not by_person,
        at=found.taken_back_at or found.at if back else found.at,
        until=None if back else found.standing.until,
        reverses=(found.decision,) if back and found.decision else (),
        answers_appeal=False,
        stands=None,
        appeal_until=None if back else appeal_until(found, about, appeal_for),
    )


def appeal_until(found: Sanction, about: Concerned | None, appeal_for: timedelta) -> datetime | None:
    """Return until when an act can be appealed; None where it cannot: it lifted everything, or has no decision."""
    if found.decision is None or found.standing.state is State.GOOD:
        return None
    if found.cause == PERSON:
        return last_second(found.at, appeal_for)
    return None if about is None else last_second(about.at, appeal_for)


def _did(standing: Standing, say: Say) -> str:
    return " ".join([say(_DID[standing.state]), *_limits(standing, say)])


def _later(found: Sanction, say: Say) -> list[str]:
    """Say what does not hold yet, and from when on it does."""
    parts = [] if found.behind is None else [say(_BEHIND)]
    for each in (one for one in found.then if one.state in _THEN):
        until = each.until
        after = say(_THEN_FOR_GOOD[each.state]) if until is None else say(_THEN[each.state]).format(until=_day(until))
        parts += [after, *_limits(each, say)]
    return parts


def _day(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _limits(standing: Standing, say: Say) -> list[str]:
    parts = list[str]()
    if standing.per_minute is not None:
        parts.append(say(_RATE).format(per_minute=standing.per_minute))
    for limit in standing.limits:
        named = limit.removeprefix(NO_MODEL)
        parts.append(say(_LIMITS[limit]) if limit in _LIMITS else say(_MODEL).format(model=named))
    return parts


def _of_a_case(tx: Transaction, found: Sanction) -> bool:
    return tx.scalar(select(decisions.c.id).where(decisions.c.id == found.decision)) is not None


def _told_by_a_case(tx: Transaction, found: Sanction) -> bool:
    """Tell whether a case's decision took it back: its notice says so."""
    if found.decision is None:
        return False
    mine = (decisions.c.account == found.account) & decisions.c.body["reverses"].contains([found.decision])
    return tx.scalar(select(decisions.c.id).where(mine).limit(1)) is not None

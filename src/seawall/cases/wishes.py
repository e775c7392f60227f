"""What somebody who works here wants to be told of by e-mail: of which queues, what, in which language, how often.

Theirs alone, like how they see cases: nobody else is shown it, and it goes with the person. Nothing is sent unasked.
"""

from enum import StrEnum

import msgspec
from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert

from seawall.cases.contacts import BadLanguage
from seawall.cases.errors import NoSuchQueue
from seawall.cases.office import Office
from seawall.cases.speaking import FIRST, LANGUAGES
from seawall.cases.tables import events, mail_wishes, mailed
from seawall.store import Transaction


class Pace(StrEnum):
    """How often: as it comes, or together each morning."""

    AT_ONCE = "at_once"
    DAILY = "daily"


class Wishes(msgspec.Struct, frozen=True, kw_only=True):
    """What is told: what came into `queues` (all, where none is named), what is nearly late, votes, appeals."""

    queues: tuple[str, ...] = ()
    came: bool = False
    late: bool = False
    votes: bool = False
    appeals: bool = False
    pace: Pace = Pace.DAILY
    language: str = FIRST

    @property
    def anything(self) -> bool:
        """Tell whether there is anything that is told."""
        return self.came or self.late or self.votes or self.appeals


def wishes(tx: Transaction, person: str) -> Wishes:
    """Return what somebody wants to be told; nothing, where they never said."""
    row = tx.execute(select(mail_wishes).where(mail_wishes.c.person == person)).mappings().first()
    if row is None:
        return Wishes()
    return msgspec.convert({name: row[name] for name in Wishes.__struct_fields__}, Wishes)


def wish(tx: Transaction, office: Office, person: str, wanted: Wishes) -> None:
    """Keep what somebody wants to be told from now on. Raises NoSuchQueue, BadLanguage."""
    for each in wanted.queues:
        if each not in office.rules.queues:
            raise NoSuchQueue(each, office.rules.queues)
    if wanted.language not in LANGUAGES:
        known = ", ".join(LANGUAGES)
        raise BadLanguage(f"{wanted.language[:10]!r} is no language of letters.", hint=f"Known: {known}.")
    row = msgspec.structs.asdict(wanted) | {"queues": list(wanted.queues)}
    # Of what came before they asked, they are not told.
    seen = select(func.coalesce(func.max(events.c.seq), 0)).scalar_subquery()
    entered = insert(mail_wishes).values(person=person, seen=seen, **row)
    tx.execute(entered.on_conflict_do_update(index_elements=["person"], set_=row))


def forget_wishes(tx: Transaction, person: str) -> int:
    """Forget what somebody wanted, and what they were told; return how much there was."""
    tx.execute(delete(mailed).where(mailed.c.person == person))
    return tx.execute(delete(mail_wishes).where(mail_wishes.c.person == person)).rowcount

"""What cases hold of an account: given to whoever asks for what is stored of them; kept, as decisions must be.

The words that somebody wrote themselves are items of the vault under their account, and go with it. Nothing is told
of cases about child safety, nor who settled anything. Of somebody who works here: how they want to see texts, and what
they are told by e-mail.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import delete, func, select

from seawall.access.privacy import Kept, Removed, Subject, Whose
from seawall.cases.comfort import forget_comfort
from seawall.cases.tables import cases, comforts, contacts, decisions, filer_acts, mail_wishes
from seawall.cases.wishes import forget_wishes
from seawall.store import Transaction

_TOLD = ("id", "origin", "state", "exchange", "about", "rule", "category")
_FILED = ("id", "kind", "what", "settled", "unfounded")
_DECIDED = ("id", "case", "outcome", "until", "per_minute", "reason_code", "reverses", "appeal_until")


class CasesHolder:
    """The cases about an account, and what they came to."""

    name = "case"

    def holds(self, tx: Transaction, subject: Subject) -> Iterable[Mapping[str, Any]]:
        """Give the cases and decisions, oldest first; of somebody who works here what they chose."""
        if subject.kind is Whose.PERSON:
            for row in tx.execute(select(comforts).where(comforts.c.person == subject.id)).mappings():
                yield dict(row) | {"line": "comfort"}
            for row in tx.execute(select(mail_wishes).where(mail_wishes.c.person == subject.id)).mappings():
                yield dict(row) | {"line": "mail"}
        if subject.kind is not Whose.ACCOUNT:
            return
        mine = (cases.c.account == subject.id) & cases.c.sealed.is_(False)
        for row in tx.execute(select(cases).where(mine).order_by(cases.c.id)).mappings():
            told = {name: row[name] for name in _TOLD}
            yield told | {"opened_at": row["opened_at"].isoformat(), "line": "case"}
        open_ = select(cases.c.id).where(mine)
        acts = select(filer_acts).where(filer_acts.c.filer == subject.id).order_by(filer_acts.c.id)
        for row in tx.execute(acts).mappings():
            told = {name: row[name] for name in _FILED}
            yield told | {"at": row["at"].isoformat(), "line": "filing"}
        made = select(decisions.c.body).where(decisions.c.account == subject.id, decisions.c.case.in_(open_))
        for body in tx.scalars(made.order_by(decisions.c.id)):
            yield {name: body.get(name) for name in _DECIDED} | {"at": body["at"], "line": "decision"}

    def erase(self, tx: Transaction, subject: Subject, *, by: str) -> Removed:
        """Remove what a person chose, and where an account is reached; say how much stays. No content is in it."""
        if subject.kind is Whose.PERSON:
            return Removed(count=forget_comfort(tx, subject.id) + forget_wishes(tx, subject.id))
        if subject.kind is not Whose.ACCOUNT:
            return Removed(count=0)
        # The address itself is an item of the vault, and goes with those.
        tx.execute(delete(contacts).where(contacts.c.account == subject.id))
        mine = (cases.c.account == subject.id) & cases.c.sealed.is_(False)
        stays = tx.scalar(select(func.count()).select_from(cases).where(mine)) or 0
        return Removed(count=0, kept=(Kept(what=self.name, count=stays, why="decisions_stay_open_to_appeal"),))

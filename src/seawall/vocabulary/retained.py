"""An exchange whose content is kept, as whoever searches or screens it again must know it."""

from datetime import datetime

import msgspec

from seawall.vocabulary.categories import Category
from seawall.vocabulary.findings import Finding
from seawall.vocabulary.ids import AccountId, DecisionId, ExchangeId, ItemId, KeyId, ProjectId, RuleId


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """One text of an exchange. `stage` and `number` are those by which findings speak of it."""

    stage: str
    number: int
    surface: str
    text: str
    newest: bool = True


class Retained(msgspec.Struct, frozen=True, kw_only=True):
    """A closed exchange with content in the vault: whose, when, what was found, and where its content lies.

    `network` is a keyed digest; `sealed` tells that child sexual exploitation was found in it.
    """

    exchange: ExchangeId
    account: AccountId
    key: KeyId
    project: ProjectId
    at: datetime
    api: str
    measure: str
    findings: tuple[Finding, ...]
    sealed: bool
    input_item: ItemId | None
    output_item: ItemId | None
    network: bytes | None = None


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """One finding, on what was asked or on the answer."""

    stage: str
    finding: Finding


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """An exchange as lists of what was found show it: never a word of it. `findings` are the surest first."""

    exchange: ExchangeId
    account: AccountId
    key: KeyId
    project: ProjectId
    at: datetime
    model: str
    measure: str
    findings: tuple[Found, ...] = ()
    because: tuple[RuleId, ...] = ()
    decisions: tuple[DecisionId, ...] = ()
    sealed: bool = False

    @property
    def categories(self) -> tuple[Category, ...]:
        """Return what was found, surest first."""
        found = (each.finding for each in self.findings)
        return tuple(dict.fromkeys(each.category for each in found if not each.failed))

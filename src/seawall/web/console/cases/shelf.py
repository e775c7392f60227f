"""The two kinds of cases: where their pages lie, and what they take. Nothing of one is on pages of the other."""

from urllib.parse import quote

import msgspec


class Shelf(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of cases."""

    path: str
    title: str
    read: str
    decide: str
    reopen: str
    readers: str
    sealed: bool

    @property
    def steps(self) -> tuple[tuple[str, str], ...]:
        """Return the way to a page of these cases."""
        return ((self.title, self.path),)

    def where(self, case: str, step: str = "") -> str:
        """Return the address of a case, or of a step in it."""
        return f"{self.path}/{quote(case, safe='')}" + (f"/{step}" if step else "")


OPEN = Shelf(
    path="/console/cases",
    title="Cases",
    read="case.read",
    decide="case.decide",
    reopen="case.reopen",
    readers="case.change_readers",
    sealed=False,
)
SEALED = Shelf(
    path="/console/child-safety",
    title="Child safety",
    read="child_safety.read",
    decide="child_safety.decide",
    reopen="child_safety.decide",
    readers="child_safety.decide",
    sealed=True,
)

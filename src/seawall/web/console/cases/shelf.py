"""The two kinds of cases: where their pages lie, and what they take. Nothing of one is on pages of the other."""

from urllib.parse import quote

from msgspec.structs import asdict

from seawall.web.api import cases_shapes


class Shelf(cases_shapes.Kind, frozen=True, kw_only=True):
    """One kind of cases on pages."""

    path: str
    title: str

    @property
    def steps(self) -> tuple[tuple[str, str], ...]:
        """Return the way to a page of these cases."""
        return ((self.title, self.path),)

    def where(self, case: str, step: str = "") -> str:
        """Return the address of a case, or of a step in it."""
        return f"{self.path}/{quote(case, safe='')}" + (f"/{step}" if step else "")


OPEN = Shelf(path="/console/cases", title="Cases", **asdict(cases_shapes.OPEN))
SEALED = Shelf(path="/console/child-safety", title="Child safety", **asdict(cases_shapes.SEALED))

"""The forms in which records leave: one file a form, each a value of `Form`, all in one list."""

from seawall.audit.formats.cef import CEF
from seawall.audit.formats.csv import CSV
from seawall.audit.formats.form import Form, NoSuchForm
from seawall.audit.formats.jsonl import JSONL
from seawall.audit.formats.ocsf import OCSF

FORMS: tuple[Form, ...] = (JSONL, CSV, CEF, OCSF)
_BY_NAME = {form.name: form for form in FORMS}


def form_of(name: str) -> Form:
    """Return a form by name. Raises NoSuchForm."""
    if name not in _BY_NAME:
        raise NoSuchForm(f"There is no form {name!r}.", hint=f"There are: {', '.join(_BY_NAME)}.")
    return _BY_NAME[name]


__all__ = ["CEF", "CSV", "FORMS", "JSONL", "OCSF", "Form", "NoSuchForm", "form_of"]

"""The policy: what an organisation prohibits, as documents, and what follows from a finding.

    directory of YAML -> read -> compile_documents -> Edition -> publish -> PolicyBook.current(project) -> Policy
    Policy + findings + standing + situation -> decide -> Verdict

`decide` is pure and sees findings, never text, so a decision can be made again under its version (`try_draft`).
Reading, compiling and deciding need no database; what does is loaded when it is first asked for.
"""

from typing import TYPE_CHECKING, Any

from seawall.policy.compile import compile_documents
from seawall.policy.decide import decide
from seawall.policy.diff import Difference, diff
from seawall.policy.problems import PolicyInvalid, Problem
from seawall.policy.read import DEFAULT, read
from seawall.policy.replay import StoredDecision, Trial, try_draft
from seawall.policy.rules import Edition, Literals, Policy, Situation

if TYPE_CHECKING:
    from seawall.policy.book import PolicyBook
    from seawall.policy.publishing import (
        CHANNEL,
        PolicyVersion,
        ensure_default,
        load_documents,
        load_version,
        publish,
        versions,
    )

_NEED_A_DATABASE = {
    "CHANNEL": "publishing",
    "PolicyBook": "book",
    "PolicyVersion": "publishing",
    "ensure_default": "publishing",
    "load_documents": "publishing",
    "load_version": "publishing",
    "publish": "publishing",
    "versions": "publishing",
}

__all__ = [
    "CHANNEL",
    "DEFAULT",
    "Difference",
    "Edition",
    "Literals",
    "Policy",
    "PolicyBook",
    "PolicyInvalid",
    "PolicyVersion",
    "Problem",
    "Situation",
    "StoredDecision",
    "Trial",
    "compile_documents",
    "decide",
    "diff",
    "ensure_default",
    "load_documents",
    "load_version",
    "publish",
    "read",
    "try_draft",
    "versions",
]


def __getattr__(name: str) -> Any:
    """Load what needs a database: `seawall policy check` must not wait for it."""
    if name not in _NEED_A_DATABASE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib

    return getattr(importlib.import_module(f"{__name__}.{_NEED_A_DATABASE[name]}"), name)

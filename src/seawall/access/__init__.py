"""Access: who may use what. So far projects, their keys, and the upstreams that a model's name leads to.

    key -> AccessBook.authenticate -> Caller(project, key) -> Project.models[name] -> Upstream

Changes are made in the caller's transaction, write a record, and reach every process by NOTIFY.
"""

from seawall.access.book import AccessBook
from seawall.access.model import Caller, KeyRefused, Project, Upstream

__all__ = ["AccessBook", "Caller", "KeyRefused", "Project", "Upstream"]

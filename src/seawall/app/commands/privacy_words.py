"""What `seawall privacy` says of a request and of its answer."""

from collections.abc import Mapping
from typing import Any

from seawall.access.privacy import Request
from seawall.app.commands.options import instance


def line(found: Request) -> str:
    """Return a request on one line."""
    late = "  OVERDUE" if found.overdue(instance().clock()) else ""
    whose = f"{len(found.subjects)} {found.kind.value}{'s' if len(found.subjects) > 1 else ''}"
    return f"{found.id}  {found.wish.value}  of {whose}  {found.state.value}  due {found.due_at:%Y-%m-%d}{late}"


def stocked(held: Mapping[str, int], on_hold: Mapping[str, int]) -> list[str]:
    """Return how much is held of what, and how much of that is on hold."""
    bound = {name: f", {on_hold[name]} of them on hold" for name in held if on_hold.get(name)}
    return [f"  {count} of {name}{bound.get(name, '')}" for name, count in held.items() if count]


def answer(found: Request) -> list[str]:
    """Return what was done, in numbers and codes."""
    told: dict[str, Any] = found.answer or {}
    lines = [f"  removed: {count} of {name}" for name, count in told.get("removed", {}).items()]
    for each in told.get("kept", ()):
        until = f", until {each['until']}" if each["until"] else ""
        lines.append(f"  kept: {each['count']} of {each['what']} ({each['why']}{until})")
    lines += [f"  given: {count} of {name}" for name, count in told.get("entries", {}).items()]
    if told.get("without_retention"):
        lines.append(f"  of {told['without_retention']} exchanges nothing is kept (zero retention)")
    lines += [f"  make this file of labels anew: {digest}" for digest in told.get("rebuild", ())]
    if "backups_gone_by" in told:
        lines.append(f"  the last backup with it is gone by {told['backups_gone_by'][:10]}")
    return lines

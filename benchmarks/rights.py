"""What one decision on rights costs in process. CPU time of one thread."""

from itertools import count
from typing import Any

from benchmarks.screening import timed
from seawall.access.rights import Asked, Principal, Resource, load

_ALL = Asked(passkey_seconds=0, approved=True)


def measure(calls: int) -> list[dict[str, Any]]:
    """Return a row for each kind of decision."""
    rights, numbers = load(), count()
    one = Principal(id="pe_1", human="pe_1", roles=frozenset({"security", "legal"}))
    every = Principal(id="pe_1", human="pe_1", roles=rights.roles)
    item, read = Resource(kind="VaultItem", id="it_1"), Resource(kind="Case", id="ca_1")
    own = Resource(kind="Case", id="ca_1", readers=frozenset(f"pe_{number}" for number in range(20)))

    def stranger() -> Principal:
        return Principal(id=f"pe_{next(numbers)}", human="pe_1", roles=frozenset({"reviewer"}))

    cases = {
        "allowed, two roles, two guards": lambda: rights.may(one, "vault.disclose", item, _ALL),
        "allowed, all eleven roles": lambda: rights.may(every, "case.read", read, _ALL),
        "allowed, one of twenty readers": lambda: rights.may(every, "case.read", own, _ALL),
        "allowed, somebody who was not seen lately": lambda: rights.may(stranger(), "case.read", read, _ALL),
        "refused, with what is missing": lambda: rights.may(one, "vault.disclose", item),
    }
    return [{"what": what, **timed(act, calls)} for what, act in cases.items()]

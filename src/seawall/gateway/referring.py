"""What an account pays with or uses, as the product says in headers: written down once for each.

`seawall-payment` and `seawall-device` hold whatever words the product has for it; only a keyed digest goes further.
Nobody waits for it. What was written is remembered for a while, so that a request that says it again costs nothing.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Mapping

import msgspec

from seawall.enforce import meet
from seawall.enforce.accounts import Write
from seawall.enforce.errors import BadReference
from seawall.enforce.references import checked, refer
from seawall.gateway.entries import Referred
from seawall.gateway.recorder import Recorder
from seawall.store import Transaction
from seawall.vocabulary.clock import Clock
from seawall.vocabulary.ids import AccountId, KeyId, ProjectId

HEADERS = {b"seawall-payment": "payment", b"seawall-device": "device"}
_ROOM = 20_000


class Whose(msgspec.Struct, frozen=True, kw_only=True):
    """Whose reference it is."""

    account: AccountId
    key: KeyId
    project: ProjectId
    has_end_user: bool


class References:
    """Which references were written lately. Used from the thread of the event loop."""

    def __init__(self, digest: Callable[[str, str], bytes], recorder: Recorder, record: Write, clock: Clock) -> None:
        self._digest, self._recorder, self._record, self._clock = digest, recorder, record, clock
        self._known: OrderedDict[tuple[str, bytes], None] = OrderedDict()

    def note(self, whose: Whose, headers: Mapping[bytes, bytes]) -> None:
        """Have written down what headers say and is not known yet; what is no reference is left out."""
        for header, what in HEADERS.items():
            if header in headers:
                self._one(whose, what, headers[header])

    def _one(self, whose: Whose, what: str, value: bytes) -> None:
        try:
            digest = self._digest(*checked(what, value.decode("latin-1")))
        except BadReference:
            # The product's mistake is not the person's: they are answered all the same.
            return
        known = (whose.account, digest)
        if known in self._known:
            self._known.move_to_end(known)
            return

        def act(tx: Transaction) -> None:
            meet(tx, **msgspec.structs.asdict(whose), clock=self._clock)
            refer(tx, whose.account, what, digest, through=whose.key, record=self._record, clock=self._clock)

        def written(done: "asyncio.Future[None]") -> None:
            if not done.cancelled() and done.exception() is None:
                self._remember(known)

        self._recorder.submit(Referred(account=whose.account, act=act)).add_done_callback(written)

    def _remember(self, known: tuple[str, bytes]) -> None:
        self._known[known] = None
        if len(self._known) > _ROOM:
            self._known.popitem(last=False)

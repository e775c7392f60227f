"""Screen what the vault keeps of an exchange again: by the detectors and classifiers of now, as a policy asks for them.

No judge is asked: what one said of an exchange stays as it was said.
"""

from collections.abc import Sequence

from seawall.gateway.cascading import last_words, without_judges
from seawall.gateway.contents import parsed, texts
from seawall.gateway.screening import Screens
from seawall.gateway.wire import BadRequest, Piece
from seawall.policy.rules import Policy
from seawall.screen.cascade import Text, Tiers, settle
from seawall.vocabulary.findings import Finding, Surface

Findings = tuple[Finding, ...]


class Again:
    """What screens again. `tiers` are those beyond the fast one."""

    def __init__(self, screens: Screens, tiers: Tiers) -> None:
        self._screens, self._tiers = screens, tiers

    async def findings(
        self, policy: Policy, api: str, request: bytes | None, answer: bytes | None
    ) -> tuple[Findings, Findings] | None:
        """Return what is found in a request and in its answer; None where the request cannot be read."""
        try:
            asked = tuple(parsed(api, request)) if request is not None else ()
        except BadRequest:
            return None
        on_input = await self._settled(policy, asked, context="")
        said = texts(api, None, answer.decode("utf-8", "replace")) if answer is not None else ()
        given = [Piece(surface=Surface(each.surface), text=each.text) for each in said]
        return on_input, await self._settled(policy, given, context=last_words(asked))

    async def _settled(self, policy: Policy, pieces: Sequence[Piece], *, context: str) -> Findings:
        found = await (await self._screens.of(policy)).screened(pieces)
        seen = [
            Text(text=each.text, surface=each.surface, piece=number, newest=each.newest, context=context)
            for number, each in enumerate(pieces)
            if each.text
        ]
        cascade = without_judges(policy.cascade)
        return (await settle(cascade, self._tiers, seen, found, zero_retention=False)).findings

"""What answers in the demo: the small model where it can run, a scripted upstream otherwise, and always a mirror."""

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path

import msgspec

from seawall.app.demo import model_server
from seawall.app.demo.children import Child
from seawall.app.demo.errors import NotStarted

_LOADS_S = 120.0
_STARTS_S = 30.0
SCRIPTED = "scripted"


class Upstreams(msgspec.Struct, frozen=True, kw_only=True):
    """Where the models are. `why` tells why there is no real one."""

    kind: str
    model: str
    url: str
    scripted_url: str
    why: str = ""


class Starting:
    """Upstreams that are on their way: started at once, waited for when they are needed."""

    def __init__(self, stack: ExitStack, logs: Path, environment: Mapping[str, str], *, scripted: bool) -> None:
        self.why = "--scripted" if scripted else _unavailable()
        self._scripted = stack.enter_context(
            Child("The scripted upstream", ["seawall.app.demo.scripted_server"], logs / "scripted.log", environment,
                  says=True)
        )  # fmt: skip
        self._model: Child | None = None
        if not self.why:
            self._model = stack.enter_context(
                Child("The model", ["seawall.app.demo.model_server"], logs / "model.log", environment, says=True)
            )

    def ready(self, warn: Callable[[str], None]) -> Upstreams:
        """Wait until they answer; warn where the model does not come up. Raises NotStarted."""
        scripted = self._scripted.ready(_STARTS_S)
        why = self.why
        if self._model is not None:
            try:
                url = self._model.ready(_LOADS_S)
                return Upstreams(kind="model", model=model_server.NAME, url=url, scripted_url=scripted)
            except NotStarted as error:
                self._model.stop()
                why = error.message
        warn(f"There is no real model in this run ({why.rstrip('.')}); a scripted upstream answers.")
        return Upstreams(kind=SCRIPTED, model=SCRIPTED, url=scripted, scripted_url=scripted, why=why)


def _unavailable() -> str:
    missing = model_server.missing()
    return f"{' and '.join(missing)}: not installed here" if missing else ""

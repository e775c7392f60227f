"""LiteLLM's proxy with its own content filter on both sides, as a peer: ``.bench/litellm`` holds its environment."""

import contextlib
import secrets
from collections.abc import Iterator
from pathlib import Path

import psutil

from benchmarks.process import ROOT, free_port, running

PROGRAM = ROOT / ".bench" / "litellm" / "bin" / "litellm"
_SETTINGS = """
model_list:
  - model_name: stub
    litellm_params: {{model: openai/stub, api_base: "{address}/v1", api_key: none}}
litellm_settings: {{telemetry: false, num_retries: 0, request_timeout: 30}}
general_settings: {{master_key: "{key}"}}
guardrails:
  - guardrail_name: filter
    litellm_params:
      guardrail: litellm_content_filter
      mode: [pre_call, post_call]
      default_on: true
      patterns:
        - {{pattern_type: prebuilt, pattern_name: us_ssn, action: BLOCK}}
        - {{pattern_type: prebuilt, pattern_name: email, action: MASK}}
        - {{pattern_type: prebuilt, pattern_name: aws_access_key, action: BLOCK}}
        - {{pattern_type: prebuilt, pattern_name: github_token, action: BLOCK}}
        - {{pattern_type: prebuilt, pattern_name: visa, action: BLOCK}}
      blocked_words:
        - {{keyword: "code name osprey", action: BLOCK}}
        - {{keyword: "code name heron", action: BLOCK}}
"""


@contextlib.contextmanager
def running_litellm(folder: Path, address: str) -> Iterator[tuple[psutil.Process, str, str]]:
    """Run LiteLLM with one worker; give the process, its address and its key."""
    port, key = free_port(), "sk-" + secrets.token_urlsafe(24)
    settings = folder / "litellm.yaml"
    settings.write_text(_SETTINGS.format(address=address, key=key))
    environment = {"LITELLM_LOCAL_MODEL_COST_MAP": "True", "LITELLM_LOG": "ERROR", "LITELLM_MODE": "PRODUCTION"}
    command = [
        str(PROGRAM),
        "--config",
        str(settings),
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        "--num_workers",
        "1",
    ]
    at = f"http://127.0.0.1:{port}"
    log = folder / "litellm.log"
    with running(command, at + "/health/liveliness", environment=environment, log=log) as process:
        yield process, at, key

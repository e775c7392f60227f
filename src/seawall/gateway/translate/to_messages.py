"""A request of Chat Completions as one of Messages.

Dropped, as they change no answer or have no place: names of participants, labels in `metadata`, cache keys, the
detail wanted of images, predictions. `strict` of a tool stays.
"""

from typing import Any

from seawall.gateway.translate.to_messages_turns import turns_of
from seawall.gateway.translate.untranslatable import Untranslatable, bad_request, refuse_fields, shaped, without
from seawall.gateway.wire.request import BadRequest, Body, Path

API = "Messages"
DEFAULT_MAX_TOKENS = 4096
_NO_COUNTERPART = (
    *("functions", "function_call", "logit_bias", "logprobs", "top_logprobs", "frequency_penalty", "presence_penalty"),
    *("seed", "audio", "store", "verbosity", "web_search_options", "moderation"),
)
_DROPPED = ("metadata", "prediction", "prompt_cache_key", "prompt_cache_options", "prompt_cache_retention")
_TRANSLATED = frozenset(
    {"model", "messages", "tools", "tool_choice", "parallel_tool_calls", "max_tokens", "max_completion_tokens", "n"}
    | {"stop", "user", "safety_identifier", "response_format", "reasoning_effort", "service_tier", "modalities"}
    | {"stream_options", "temperature", *_NO_COUNTERPART, *_DROPPED}
)
_CHOICES = {"auto": "auto", "required": "any", "none": "none"}
_TIERS = {"auto": "auto", "default": "standard_only"}
_EFFORTS = {"minimal": "low", "low": "low", "medium": "medium", "high": "high", "xhigh": "xhigh", "max": "max"}


@shaped(bad_request)
def request_to_messages(body: Body, *, default_max_tokens: int = DEFAULT_MAX_TOKENS) -> Body:
    """Return the request for an upstream of Messages. Raises Untranslatable and BadRequest.

    Messages must have a limit of tokens: a request without one gets `default_max_tokens`.
    """
    if body.get("n") not in (None, 1):
        raise Untranslatable(("n",), API, "more than one choice is not to be had")
    for name in _NO_COUNTERPART:
        if body.get(name) != 0:
            refuse_fields(body, (name,), API)
    if body.get("system") is not None:
        # Left to pass as an unknown field, it would become the system prompt of the other API.
        raise BadRequest("system", "is no field of Chat Completions.", hint="Send a message of the role system.")
    if body.get("modalities") not in (None, ["text"]):
        raise Untranslatable(("modalities",), API)
    system, turns = turns_of(body["messages"])
    limit = body.get("max_completion_tokens") or body.get("max_tokens") or default_max_tokens
    messages = {**without(body, _TRANSLATED), "model": body["model"], "max_tokens": limit, "messages": turns}
    if system:
        messages["system"] = system
    stop = body.get("stop")
    if stop:
        messages["stop_sequences"] = [stop] if isinstance(stop, str) else stop
    end_user = body.get("safety_identifier") or body.get("user")
    if end_user:
        messages["metadata"] = {"user_id": end_user}
    return messages | _tools(body) | _settings(body)


def _settings(body: Body) -> Body:
    settings: Body = {}
    if body.get("temperature") is not None:
        if body["temperature"] > 1:
            raise Untranslatable(("temperature",), API, "a value above 1 is not to be had")
        settings["temperature"] = body["temperature"]
    if body.get("service_tier") is not None:
        tier = _TIERS.get(body["service_tier"])
        if tier is None:
            raise Untranslatable(("service_tier",), API)
        settings["service_tier"] = tier
    config = _format(body.get("response_format") or {})
    effort = body.get("reasoning_effort")
    if effort == "none":
        settings["thinking"] = {"type": "disabled"}
    elif effort is not None:
        if effort not in _EFFORTS:
            raise Untranslatable(("reasoning_effort",), API)
        config["effort"] = _EFFORTS[effort]
    return settings | ({"output_config": config} if config else {})


def _format(wanted: Body) -> Body:
    if wanted.get("type", "text") == "text":
        return {}
    if wanted["type"] != "json_schema":
        raise Untranslatable(("response_format", "type"), API)
    schema = (wanted.get("json_schema") or {}).get("schema") or {}
    return {"format": {"type": "json_schema", "schema": schema}}


def _tools(body: Body) -> Body:
    settings: Body = {}
    if body.get("tools"):
        settings["tools"] = [_tool(tool, ("tools", index)) for index, tool in enumerate(body["tools"])]
    choice: Body = {}
    if body.get("tool_choice") is not None:
        choice = _choice(body["tool_choice"])
    if body.get("parallel_tool_calls") is False and body.get("tools") and choice.get("type") != "none":
        choice = {"type": "auto", **choice, "disable_parallel_tool_use": True}
    return settings | ({"tool_choice": choice} if choice else {})


def _tool(tool: Body, path: Path) -> Body:
    function = tool.get("function")
    if tool.get("type") != "function" or not isinstance(function, dict):
        raise Untranslatable((*path, "type"), API, f"the tool type {tool.get('type')!r} has no counterpart")
    kept = {name: function[name] for name in ("description", "strict") if function.get(name) is not None}
    schema = function.get("parameters") or {"type": "object", "properties": {}}
    return {"name": function.get("name"), **kept, "input_schema": schema}


def _choice(choice: Any) -> Body:
    if isinstance(choice, dict):
        if choice.get("type") != "function" or not isinstance(choice.get("function"), dict):
            raise Untranslatable(("tool_choice", "type"), API)
        return {"type": "tool", "name": choice["function"].get("name")}
    if choice not in _CHOICES:
        raise Untranslatable(("tool_choice",), API)
    return {"type": _CHOICES[choice]}

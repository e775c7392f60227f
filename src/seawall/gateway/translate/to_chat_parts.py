"""Content blocks of Messages as content parts of Chat Completions."""

from typing import Any

from seawall.gateway.translate.untranslatable import Untranslatable
from seawall.gateway.wire.request import Body, Path

API = "Chat Completions"


def joined_text(content: Any, path: Path) -> str:
    """Return content that may only be text, where the other API takes one string. Raises Untranslatable."""
    if isinstance(content, str):
        return content
    texts = []
    for index, block in enumerate(content):
        if block["type"] != "text":
            raise Untranslatable((*path, index), API, f"a block of type {block['type']!r} has no place here")
        texts.append(block["text"])
    return "\n\n".join(texts)


def content_parts(block: Body, path: Path) -> list[Body]:
    """Return the parts that say what a block of a user says. Raises Untranslatable."""
    kind = block["type"]
    if kind == "text":
        return [{"type": "text", "text": block["text"]}]
    if kind == "image":
        return [{"type": "image_url", "image_url": {"url": _address(block["source"], path)}}]
    if kind == "document":
        return _document(block, path)
    raise Untranslatable(path, API, f"a block of type {kind!r} has no counterpart")


def _address(source: Body, path: Path) -> str:
    if source.get("type") == "base64":
        return f"data:{source.get('media_type')};base64,{source.get('data')}"
    if source.get("type") == "url":
        return str(source.get("url"))
    raise Untranslatable((*path, "source"), API)


def _document(block: Body, path: Path) -> list[Body]:
    source = block["source"]
    about = [{"type": "text", "text": block[name]} for name in ("title", "context") if block.get(name)]
    if source.get("type") == "text":
        return [*about, {"type": "text", "text": source["data"]}]
    if source.get("type") == "content":
        inside = source["content"]
        blocks = [{"type": "text", "text": inside}] if isinstance(inside, str) else inside
        at = (*path, "source", "content")
        return [*about, *(part for index, each in enumerate(blocks) for part in content_parts(each, (*at, index)))]
    if source.get("type") == "base64":
        file = {"filename": block.get("title") or "document.pdf", "file_data": _address(source, path)}
        return [*about, {"type": "file", "file": file}]
    raise Untranslatable((*path, "source"), API)

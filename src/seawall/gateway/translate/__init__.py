"""Translation between the two wire formats, so that a client of one API can have an upstream of the other.

    request_to_chat | request_to_messages -> upstream -> reply_to_messages | reply_to_chat
                                             stream   -> ChatStreamToMessages | MessagesStreamToChat

What has no counterpart stops the request with the name of its field; hints that change no answer are dropped, and
docs/wire-formats.md lists them. Fields that neither API knows pass. Pure: bodies in, bodies out.
"""

from seawall.gateway.translate.chat_stream import ChatStreamToMessages
from seawall.gateway.translate.messages_stream import MessagesStreamToChat
from seawall.gateway.translate.replies import reply_to_chat, reply_to_messages
from seawall.gateway.translate.to_chat import request_to_chat
from seawall.gateway.translate.to_messages import request_to_messages
from seawall.gateway.translate.untranslatable import ReplyUntranslatable, Untranslatable

__all__ = [
    "ChatStreamToMessages",
    "MessagesStreamToChat",
    "ReplyUntranslatable",
    "Untranslatable",
    "reply_to_chat",
    "reply_to_messages",
    "request_to_chat",
    "request_to_messages",
]

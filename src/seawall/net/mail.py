"""Hand one letter to a mail server that cannot be another one than was meant: STARTTLS or TLS, its certificate checked.

The name is resolved once and the connection goes to the very address; one inside takes `private`. Without TLS only a
server on this machine itself is spoken to. A server that takes a letter has it; whether it arrives is not told.
"""

import asyncio
import ipaddress
import ssl
from email.message import EmailMessage
from email.policy import SMTP as LINES
from typing import Literal

import aiosmtplib
import msgspec

from seawall.net.errors import AddressRefused, Cut, NetError, TimedOut, Unreachable
from seawall.net.lines import Peer, connected

Security = Literal["starttls", "tls", "none"]
_WITHIN_S = 30.0


class MailServer(msgspec.Struct, frozen=True, kw_only=True):
    """A server that letters are handed to. `authority` are certificates (PEM) to trust; empty is the system's."""

    host: str
    port: int
    sender: str
    security: Security = "starttls"
    user: str = ""
    password: str = ""
    private: bool = False
    authority: str = ""


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """One letter as plain text. `name` is the same when it is sent again."""

    to: str
    subject: str
    text: str
    name: str
    language: str = "en"


class MailRefused(NetError):
    """A mail server did not take a letter."""

    code = "net.mail_refused"


def post(server: MailServer, letter: Letter) -> int:
    """Hand a letter over; return the status of the server. Raises NetError in its kinds."""
    try:
        return asyncio.run(_posted(server, letter))
    except TimeoutError:
        raise TimedOut(f"{server.host} did not take a letter in time.") from None


def message(server: MailServer, letter: Letter) -> EmailMessage:
    """Return a letter as it travels. What would break a header ends in a MailRefused."""
    made = EmailMessage(policy=LINES)
    try:
        made["From"], made["To"], made["Subject"] = server.sender, letter.to, letter.subject
    except ValueError:
        raise MailRefused("A letter has an address or a subject that cannot be sent.") from None
    made["Message-ID"] = f"<{letter.name}@{server.sender.rpartition('@')[2].strip('>') or 'localhost'}>"
    # RFC 3834: nobody's absence is to be answered to us.
    made["Auto-Submitted"] = "auto-generated"
    made["Content-Language"] = letter.language
    made.set_content(letter.text)
    return made


async def _posted(server: MailServer, letter: Letter) -> int:
    made = message(server, letter)
    async with asyncio.timeout(_WITHIN_S):
        peer = Peer(host=server.host, port=server.port, transport="tcp", private=server.private or _here(server.host))
        plain = await asyncio.to_thread(connected, peer, _WITHIN_S)
        if server.security == "none" and not ipaddress.ip_address(plain.getpeername()[0]).is_loopback:
            plain.close()
            raise AddressRefused(server.host)
        client = aiosmtplib.SMTP(
            hostname=server.host,
            port=None,
            sock=plain,
            use_tls=server.security == "tls",
            start_tls=server.security == "starttls",
            tls_context=ssl.create_default_context(cadata=server.authority or None),
            local_hostname="localhost",
            username=server.user or None,
            password=server.password or None,
            timeout=_WITHIN_S,
        )
        try:
            async with client:
                await client.send_message(made)
        except aiosmtplib.SMTPResponseException as error:
            raise MailRefused(f"{server.host} answers {error.code}.", hint="It is tried again.") from None
        except aiosmtplib.SMTPRecipientsRefused:
            raise MailRefused(f"{server.host} does not take the address.") from None
        except aiosmtplib.SMTPTimeoutError:
            raise TimedOut(f"{server.host} did not take a letter in time.") from None
        except aiosmtplib.SMTPConnectError:
            raise Unreachable(f"No connection to {server.host} could be made.") from None
        except (aiosmtplib.SMTPException, ssl.SSLError, OSError) as error:
            raise Cut(f"{server.host} ended the connection early ({type(error).__name__}).") from None
    return 250


def _here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"

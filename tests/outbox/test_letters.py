"""Letters over a real mail server: only with TLS, in the person's language, with a link that works, nothing private."""

import re
from email import message_from_string, policy
from email.message import EmailMessage

import msgspec
import pytest

from seawall.cases import contacts, links, reports
from seawall.cases.contacts import KeepsNoAddress
from seawall.cases.feedback import Answer, Given, answering, taking
from seawall.cases.links import Opens
from seawall.cases.notices import underway
from seawall.cases.reports import About, BadAddress, Report
from seawall.cases.writing import composer
from seawall.net import mail as net_mail
from seawall.net.errors import AddressRefused, Cut, NetError
from seawall.net.mail import Letter, MailRefused, post
from seawall.outbox.deliver import attempt_due
from seawall.outbox.sending import Sender
from seawall.store import Database
from tests.cases.conftest import ACCOUNT, REASON, THROUGH, Bench
from tests.conftest import FrozenClock
from tests.outbox.receiving import MailServer

LETTER = Letter(to="somebody@example.org", subject="Grüße", text="Text.\n", name="dl_1")


def server(mail: MailServer, **more: object) -> net_mail.MailServer:
    given: dict[str, object] = {
        "host": "localhost", "port": mail.port, "sender": "Seawall <no-reply@example.org>", "authority": mail.authority,
    }  # fmt: skip
    return net_mail.MailServer(**given | more)  # type: ignore[arg-type]


def read(mail: MailServer) -> EmailMessage:
    found = message_from_string(mail.came[-1].text, policy=policy.SMTP)
    assert isinstance(found, EmailMessage)
    return found


def test_a_letter_is_handed_over_by_starttls_with_the_certificate_checked(mail: MailServer) -> None:
    assert post(server(mail, user="u", password="p"), LETTER) == 250
    (came,) = mail.came
    assert came.secured
    assert came.user
    assert "somebody@example.org" in came.to
    found = read(mail)
    assert (found["subject"], found["message-id"]) == ("Grüße", "<dl_1@example.org>")
    with pytest.raises(NetError):
        post(server(mail, authority=""), LETTER)
    assert len(mail.came) == 1


def test_without_tls_only_a_server_on_this_machine_is_spoken_to(mail: MailServer) -> None:
    assert post(server(mail, security="none"), LETTER) == 250
    with pytest.raises((AddressRefused, NetError)):
        post(server(mail, security="none", host="192.0.2.1"), LETTER)


def test_a_server_that_offers_no_tls_gets_no_letter(tmp_path: object) -> None:
    plain = MailServer(tmp_path, offers_tls=False)  # type: ignore[arg-type]
    try:
        with pytest.raises(Cut):
            post(server(plain), LETTER)
        assert plain.came == []
    finally:
        plain.close()


def test_what_would_begin_another_header_is_refused(mail: MailServer) -> None:
    for bad in ("a@example.org\r\nBcc: b@example.org", "a@example.org\nX: y"):
        with pytest.raises(MailRefused):
            post(server(mail), msgspec.structs.replace(LETTER, to=bad))
        with pytest.raises(BadAddress):
            reports.checked_address(bad)
    assert mail.came == []


def test_a_notice_reaches_somebody_by_e_mail_in_their_language_and_its_link_works(
    database: Database, bench: Bench, mail: MailServer, clock: FrozenClock
) -> None:
    send = Sender(
        bench.edges.vault, clock, server=server(mail), compose=composer(bench.office, "https://seawall.example")
    )
    with database.begin() as tx:
        contacts.say(tx, bench.office, ACCOUNT, "somebody@example.org", "de", through=THROUGH)
        bench.decides(tx, bench.case(tx), bench.person(tx, "ada"), "warn")
        (waits,) = underway(tx, undelivered=True)
        assert [(each.channel, each.state) for each in waits.receipts] == [("email", "waiting")]
    mail.answer = "451 later"
    assert attempt_due(database, send, clock) == 1
    mail.answer = "250 taken"
    clock.advance(minutes=10)
    assert attempt_due(database, send, clock) == 1
    (came,) = mail.came
    found = read(mail)
    assert found["subject"] == "Eine Entscheidung über Ihre Nutzung"
    said = found.get_content()
    token = re.search(r"https://seawall\.example/portal/notice/([A-Za-z0-9_-]{43})\b", said)
    assert token is not None
    assert "Beschwerde" in said
    assert REASON not in came.text
    assert ACCOUNT not in came.text
    with database.begin() as tx:
        assert links.follow(tx, bench.office, token[1], Opens.NOTICE).about == waits.id
        (waits,) = underway(tx, undelivered=True)
        assert [(each.channel, each.state, each.attempts) for each in waits.receipts] == [("email", "taken", 2)]


def test_whoever_reported_something_is_told_of_the_answer(
    database: Database, bench: Bench, mail: MailServer, clock: FrozenClock
) -> None:
    send = Sender(
        bench.edges.vault, clock, server=server(mail), compose=composer(bench.office, "https://seawall.example")
    )
    with database.begin() as tx:
        given = Report(about=About.OTHER, place="There.", words="It is.", contact="somebody@example.org")
        case, _ = reports.report(tx, bench.office, given)
        bench.decides(tx, case, bench.person(tx, "ada"), "nothing")
    assert attempt_due(database, send, clock) == 1
    assert "/portal/reported/" in read(mail).get_content()


def test_whoever_said_something_of_a_commitment_is_told_of_the_answer(
    database: Database, bench: Bench, mail: MailServer, clock: FrozenClock
) -> None:
    send = Sender(
        bench.edges.vault, clock, server=server(mail), compose=composer(bench.office, "https://seawall.example")
    )
    given = Given(framework="thorn", about="thorn", words="It is late.", contact="somebody@example.org", language="de")
    with database.begin() as tx:
        made, _ = taking.take(tx, bench.office, given)
        answering.answer(tx, bench.office, made.id, Answer(words="It is not."), by="pe_1")
    assert attempt_due(database, send, clock) == 1
    found = read(mail)
    assert found["subject"] == "Die Antwort auf Ihre Nachricht"
    assert "It is" not in found.get_content()
    token = re.search(r"/portal/feedback/said/([A-Za-z0-9_-]{43})", found.get_content())
    assert token is not None
    with database.begin() as tx:
        assert links.follow(tx, bench.office, token[1], Opens.FEEDBACK).about == made.id


def test_of_a_key_without_retention_no_address_is_kept(database: Database, bench: Bench) -> None:
    through = msgspec.structs.replace(THROUGH, zero_retention=True)
    with database.begin() as tx, pytest.raises(KeepsNoAddress):
        contacts.say(tx, bench.office, ACCOUNT, "somebody@example.org", "en", through=through)


def test_an_address_that_is_taken_back_is_erased(database: Database, bench: Bench) -> None:
    with database.begin() as tx:
        contacts.say(tx, bench.office, ACCOUNT, "somebody@example.org", "en", through=THROUGH)
        contacts.say(tx, bench.office, ACCOUNT, "else@example.org", "en", through=THROUGH)
        assert len(bench.edges.vault.owned(tx, ACCOUNT)) == 1
        assert contacts.take_back(tx, bench.office, ACCOUNT, through=THROUGH)
        assert bench.edges.vault.owned(tx, ACCOUNT) == []
        assert not contacts.take_back(tx, bench.office, ACCOUNT, through=THROUGH)

"""Which way a command takes where none is said: by the sessions that are kept here, and whether this is a host."""

from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from seawall.app import acting, remote
from seawall.app.commands.keys import keys
from seawall.app.instance import Instance
from seawall.app.refusals import next_step
from seawall.app.remote import Kept
from seawall.app.settings import Settings

OURS, THEIRS = "https://ours.test", "https://theirs.test"


@pytest.fixture
def bare(tmp_path: Path) -> Instance:
    """The settings of a directory that holds no installation."""
    return Instance(Settings(data_dir=str(tmp_path / "data"), public_url=OURS))


@pytest.fixture
def host(bare: Instance) -> Instance:
    """The same, with an installation."""
    bare.data_dir.mkdir()
    return bare


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


def sign_in(*servers: str) -> None:
    for server in servers:
        remote.keep(server, Kept(token="t", person="pe_1"))


def test_while_nobody_signed_in_it_is_the_host(bare: Instance, host: Instance) -> None:
    assert (acting.usual(bare, kept=True), acting.usual(host, kept=True)) == ("", "")


def test_a_session_at_the_installation_itself_is_used_there(host: Instance) -> None:
    sign_in(OURS, THEIRS)
    assert acting.usual(host, kept=True) == OURS


def test_a_host_does_not_act_at_another_server_because_somebody_signed_in_there(host: Instance) -> None:
    sign_in(THEIRS)
    assert acting.usual(host, kept=True) == ""


def test_a_database_of_its_own_makes_a_host(tmp_path: Path) -> None:
    sign_in(THEIRS)
    made = Instance(Settings(data_dir=str(tmp_path / "none"), database_url="postgresql://db.test/seawall"))
    assert acting.usual(made, kept=True) == ""


def test_where_there_is_no_installation_it_is_the_last_server(bare: Instance) -> None:
    sign_in(THEIRS)
    assert acting.usual(bare, kept=True) == THEIRS


def test_a_token_of_a_file_goes_to_the_installation_unless_a_server_is_named(host: Instance) -> None:
    assert acting.usual(host, kept=False) == OURS


def test_a_token_travels_over_https(host: Instance, tmp_path: Path) -> None:
    (tmp_path / "token").write_text("swt_1")
    words = ["list", "--server", "http://theirs.test", "--token-file", str(tmp_path / "token")]
    assert isinstance(CliRunner().invoke(keys, words, obj=host).exception, remote.BadServer)


def test_the_way_is_chosen_after_everything_else_in_the_help() -> None:
    names = [parameter.name for parameter in keys.commands["create"].params]
    assert names[-3:] == ["host", "server", "token_file"]
    assert isinstance(keys.commands["create"].params[0], click.Argument)


@pytest.mark.parametrize("asks", ["", "{", "[]", '{"act": "x"}', "3"])
def test_a_server_that_says_nonsense_is_still_told_in_its_words(asks: str) -> None:
    told = {"code": "access.approval_needed", "hint": "POST it", "asks": asks}
    assert next_step(OURS, told) == "POST it"


def test_what_is_asked_is_quoted_for_a_shell() -> None:
    asks = '{"act": "key.create_zero_retention", "parameters": {"name": "it\'s; rm -rf"}}'
    hint = next_step(OURS, {"code": "access.approval_needed", "asks": asks})
    assert """--parameters '{"name": "it'"'"'s; rm -rf"}'""" in hint

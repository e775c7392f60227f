"""Witnesses of the settings are asked through the guard: none inside, unless that was said."""

import base64

import pytest

from seawall.app.settings import WitnessSetting
from seawall.app.witnesses import witnesses
from seawall.ledger.witness import cosignature_key_id
from tests.audit.receivers import Hook

NAME, PUBLIC = "witness.test", bytes(range(32))
KEY = f"{NAME}+{cosignature_key_id(NAME, PUBLIC).hex()}+{base64.b64encode(bytes([4]) + PUBLIC).decode()}"


def test_a_witness_inside_is_asked_only_where_that_was_said() -> None:
    with Hook() as hook:
        (inside,) = witnesses([WitnessSetting(url=hook.url, key=KEY)])
        with pytest.raises(OSError, match=r"127\.0\.0\.1"):
            inside.post(hook.url, b"old 0\n")
        assert hook.got == []
        (meant,) = witnesses([WitnessSetting(url=hook.url, key=KEY, private=True)])
        assert meant.post(hook.url, b"old 0\n").status == 204
        assert [body for _, body in hook.got] == [b"old 0\n"]

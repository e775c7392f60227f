"""The words of the hub in another language: out of the catalogue that ships, English where it says nothing."""

import re

import msgspec
from docs.catalogues import compiled, domains, entries, messages, template

from seawall.hub.build import build
from tests.hub.conftest import Ground

(HUB,) = [each for each in domains() if each.name == "seawall_hub"]


def test_a_hub_in_german_says_the_rest_in_english(ground: Ground) -> None:
    site = msgspec.structs.replace(ground.inputs.site, language="de")
    files = build(msgspec.structs.replace(ground.inputs, site=site), ground.public()).files
    start, check = (files[path].decode() for path in ("index.html", "verification.html"))
    assert '<html lang="de">' in start
    assert "Was Lark Labs für seine KI-Systeme zusagt, und was getan wurde" in start
    for said in ("Übersicht", "Modelle", "Zum Inhalt", "2. Januar 2026, 09:00 Uhr UTC", "Alle Änderungen"):
        assert said in start, said
    assert "Übersicht" in check
    assert "What it does not show" in check
    assert "2 Fassungen" in files["publications/index.html"].decode()
    assert "1 Fassung " in files["publications/index.html"].decode()


def test_what_translators_begin_from_is_whole_and_fresh() -> None:
    assert HUB.pot.read_text("utf-8") == template(HUB)
    found = messages(HUB)
    for wanted in (("Models",), ("January",), ("kept",), ("%(n)s version", "%(n)s versions"), ("System cards",)):
        assert wanted in found, wanted
    assert any(each[0].startswith("It looks at every text that passes") for each in found), "cards come from app"


def test_every_catalogue_translates_what_there_is_and_is_compiled() -> None:
    wanted = {"\0".join(each) for each in messages(HUB)}
    for path in HUB.locales.rglob("*.po"):
        told = entries(path.read_text("utf-8"))
        assert set(told) - {""} <= wanted, set(told) - wanted
        for message, said in told.items():
            for form in said.split("\0"):
                assert set(re.findall(r"%\(\w+\)[sd]", form)) == set(re.findall(r"%\(\w+\)[sd]", message)), message
        assert path.with_suffix(".mo").read_bytes() == compiled(told)

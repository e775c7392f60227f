"""Exports that other programs take."""

import csv
import io
import json

import pytest
import yaml

from seawall.commitments.exporting import NoSuchForm, exported
from tests.commitments.conftest import Watch, published


@pytest.mark.parametrize("name", ["hiroshima", "christchurch", "eu_gpai_cop", "iso_42001"])
def test_a_library_names_every_commitment_and_the_practices_that_serve_it(watch: Watch, name: str) -> None:
    made = yaml.safe_load(exported(watch.book, watch.register(), "ciso", name))
    framework = made["objects"]["framework"]
    nodes = framework["requirement_nodes"]
    urns = [each["urn"] for each in nodes]
    assert len(urns) == len(set(urns))
    assert len([each for each in nodes if ":item:" in each["urn"]]) == len(watch.book.frameworks[name].items)
    assert {each.get("parent_urn") for each in nodes} - {None} <= set(urns)
    controls = [each["urn"] for each in made["objects"]["reference_controls"]]
    used = {urn for each in nodes for urn in each.get("reference_controls", ())}
    assert used == set(controls)
    assert {"urn", "locale", "ref_id", "name", "version", "provider", "packager"} <= set(made)


def test_a_library_shows_no_number_that_the_framework_does_not_give(watch: Watch) -> None:
    made = yaml.safe_load(exported(watch.book, watch.register(), "ciso", "thorn"))
    nodes = [each for each in made["objects"]["framework"]["requirement_nodes"] if each["assessable"]]
    assert {each["ref_id"] for each in nodes} == {item.id for item in watch.book.frameworks["thorn"].items}
    assert all("gives it no such number" in each["annotation"] for each in nodes)


def test_csv_has_a_line_for_every_commitment_and_practice(watch: Watch) -> None:
    watch.look(published())
    rows = list(csv.DictReader(io.StringIO(exported(watch.book, watch.register(), "csv").decode())))
    assert {row["commitment"] for row in rows} == set(watch.book.items)
    assert len(rows) == sum(max(1, len(each)) for each in watch.book.serving.values())
    row = next(each for each in rows if each["practice"] == "P079" and each["commitment"] == "hiroshima.3")
    assert (row["practice_state"], row["state"], row["adopted"]) == ("kept", "not_started", "2024-02-01")
    assert row["records"].startswith("re_")
    assert {each["number_is_official"] for each in rows if each["framework"] == "thorn"} == {"False"}


def test_json_is_the_register(watch: Watch) -> None:
    told = json.loads(exported(watch.book, watch.register(), "json"))
    assert len(told["practices"]) == 151


def test_other_forms_are_refused(watch: Watch) -> None:
    with pytest.raises(NoSuchForm, match="'pdf'"):
        exported(watch.book, watch.register(), "pdf")
    with pytest.raises(NoSuchForm, match="one framework"):
        exported(watch.book, watch.register(), "ciso")

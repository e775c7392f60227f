"""Bills of materials (CycloneDX 1.6) from the locked requirements: the same files give the same bytes, offline."""

import json
import sys
import tomllib
import uuid
from pathlib import Path
from typing import Any

from supply.licences import Licences, complaints, read
from supply.locked import ROOT, SETS, Package, packages

FOLDER = ROOT / "sbom"
_NAMES = uuid.UUID("6d1c6f0e-6f0b-5c55-9a3e-3f4d0b0f7a10")


def bill(name: str, known: Licences) -> str:
    """Return the bill of a set as JSON."""
    locked = packages(name)
    made: dict[str, Any] = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": _ours(), "properties": [{"name": "seawall:set", "value": name}]},
        "components": [_component(package, known) for package in locked],
    }
    # No time and no chance: the number is made of what is listed.
    made["serialNumber"] = f"urn:uuid:{uuid.uuid5(_NAMES, json.dumps(made, sort_keys=True))}"
    return json.dumps(made, indent=1, sort_keys=True) + "\n"


def _ours() -> dict[str, Any]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    name, version = project["name"], project["version"]
    return {
        "type": "application",
        "bom-ref": f"pkg:pypi/{name}@{version}",
        "name": name,
        "version": version,
        "purl": f"pkg:pypi/{name}@{version}",
        "licenses": [{"expression": project["license"]}],
    }


def _component(package: Package, known: Licences) -> dict[str, Any]:
    named = f"pkg:pypi/{package.name}@{package.version}"
    made: dict[str, Any] = {
        "type": "library",
        "bom-ref": named,
        "name": package.name,
        "version": package.version,
        "purl": named,
        "hashes": [{"alg": "SHA-256", "content": each} for each in package.hashes],
    }
    expression = known.packages.get(package.name)
    return made | ({"licenses": [{"expression": expression}]} if expression else {})


def main(arguments: list[str], folder: Path = FOLDER) -> int:
    """Write the bills, or with --check tell which are stale; either way tell what is wrong with licences."""
    known, wrong = read(), list[str]()
    for name in SETS:
        wrong += complaints(known, name, packages(name))
        path, made = folder / f"{name}.json", bill(name, known)
        if "--check" not in arguments:
            path.write_text(made, "utf-8")
        elif not path.exists() or path.read_text("utf-8") != made:
            wrong.append(f"sbom/{name}.json is stale: run `make sbom`")
    for each in wrong:
        print(each, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""A directory of YAML becomes documents, or the list of everything that is wrong with it.

    policy.yaml  categories.yaml or categories/*.yaml  rules.yaml  ladder.yaml  banners.yaml  exemptions.yaml
    cascade.yaml  overlays/<project>.yaml

`policy.yaml`, the categories and `rules.yaml` are required. A YAML file that is none of these is a problem, not a
file that is quietly left out.
"""

from collections.abc import Callable
from pathlib import Path as File
from typing import Any

from seawall.policy.checks import contradictions
from seawall.policy.documents import (
    BannersDoc,
    CategoryDoc,
    Documents,
    ExemptionsDoc,
    LadderDoc,
    MainDoc,
    OverlayDoc,
    RulesDoc,
    TierDoc,
)
from seawall.policy.problems import Place, PolicyInvalid, nearest, problem
from seawall.policy.shaping import BROKEN, Path, Shaper
from seawall.policy.yaml_lines import parse
from seawall.vocabulary.categories import Category

DEFAULT = File(__file__).parent / "default"
_REQUIRED = ("policy.yaml", "rules.yaml")
_SINGLE: dict[str, Any] = {
    "policy.yaml": MainDoc,
    "rules.yaml": RulesDoc,
    "ladder.yaml": LadderDoc,
    "banners.yaml": BannersDoc,
    "exemptions.yaml": ExemptionsDoc,
    "cascade.yaml": dict[Category, tuple[TierDoc, ...]],
}
_CATEGORIES: Any = dict[Category, CategoryDoc]


def read(
    directory: File, *, detectors: frozenset[str] | None = None, judges: frozenset[str] | None = None
) -> Documents:
    """Return the documents of a directory. Raises PolicyInvalid with every problem that there is.

    With `detectors`, the names that rules may listen to, a rule that listens to another one is a problem as well; so is
    a cascade that asks a judge that is not among `judges`.
    """
    reading = _Reading(directory)
    documents = reading.documents()
    found = list(reading.shaper.problems)
    if documents is not None:
        found += contradictions(documents, reading.shaper.places, detectors, judges)
    if found:
        raise PolicyInvalid(found)
    assert documents is not None  # noqa: S101 - without documents there are problems
    return documents


class _Reading:
    """The reading of one directory."""

    def __init__(self, directory: File) -> None:
        self.shaper = Shaper()
        self._directory = directory

    def documents(self) -> Documents | None:
        """Read every file; None when the policy cannot be put together."""
        if not self._directory.is_dir():
            self._say(Place(str(self._directory)), "There is no such directory.", "seawall policy init DIR makes one.")
            return None
        names = self._names()
        for name in _REQUIRED:
            if name not in names:
                self._say(Place(name), "The file is missing.", "seawall policy init DIR writes one to begin with.")
        single = {name: self._file(name, kind) for name, kind in _SINGLE.items() if name in names}
        categories = self._categories(names)
        overlays = self._overlays(names)
        main, rules = single.get("policy.yaml", BROKEN), single.get("rules.yaml", BROKEN)
        if main is BROKEN or rules is BROKEN:
            return None
        return Documents(
            policy=main,
            categories=categories,
            rules=rules.rules,
            ladder=_or(single.get("ladder.yaml"), LadderDoc),
            banners=_or(single.get("banners.yaml"), BannersDoc).banners,
            exemptions=_or(single.get("exemptions.yaml"), ExemptionsDoc).exemptions,
            overlays=overlays,
            cascade=_or(single.get("cascade.yaml"), dict),
        )

    def _say(self, place: Place, message: str, hint: str = "") -> None:
        self.shaper.problems.append(problem(place, message, hint))

    def _names(self) -> list[str]:
        files = (each for each in self._directory.rglob("*") if each.suffix in (".yaml", ".yml") and each.is_file())
        names = sorted(each.relative_to(self._directory).as_posix() for each in files)
        known = [*_SINGLE, "categories.yaml"]
        for name in names:
            folder, _, last = name.rpartition("/")
            if last.endswith(".yml"):
                self._say(Place(name), "The file is not read.", f"Call it {name[:-4]}.yaml.")
            elif name not in known and folder not in ("categories", "overlays"):
                self._say(Place(name), "No document of a policy has this name.", nearest(name, known))
        return names

    def _file(self, name: str, kind: Any, path: Path | None = None) -> Any:
        try:
            text = (self._directory / name).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            self._say(Place(name), f"The file cannot be read ({type(error).__name__}).", "It must be UTF-8 text.")
            return BROKEN
        node, problems = parse(text, name)
        self.shaper.problems += problems
        if node is None:
            if not problems:
                self._say(Place(name), "The file is empty.", "Remove it, or write the document.")
            return BROKEN
        if path is None:
            path = () if "rules" in name or "banners" in name or "exemptions" in name else (name[: -len(".yaml")],)
        # A document that only wraps a list adds nothing to the path: rules.3.threshold, not rules.rules.3.threshold.
        return self.shaper.shape(node, kind, name, path)

    def _categories(self, names: list[str]) -> dict[Category, CategoryDoc]:
        files = [name for name in names if name == "categories.yaml" or _in(name, "categories")]
        if not files:
            self._say(Place("categories.yaml"), "The file is missing.", "It says what each category prohibits.")
        merged: dict[Category, CategoryDoc] = {}
        for name in files:
            found = self._file(name, _CATEGORIES, ("categories",))
            for category, document in ({} if found is BROKEN else found).items():
                if category in merged:
                    place = self.shaper.places[("categories", category.value)]
                    self._say(place, f"The category {category.value!r} is described twice.", "Keep one of them.")
                merged[category] = document
        return merged

    def _overlays(self, names: list[str]) -> dict[str, OverlayDoc]:
        overlays = {}
        for name in (name for name in names if _in(name, "overlays")):
            project = File(name).stem
            found = self._file(name, OverlayDoc, ("overlays", project))
            if found is not BROKEN:
                overlays[project] = found
        return overlays


def _in(name: str, folder: str) -> bool:
    return name.startswith(f"{folder}/") and name.endswith(".yaml") and name.count("/") == 1


def _or(found: Any, kind: Callable[[], Any]) -> Any:
    return kind() if found is None or found is BROKEN else found

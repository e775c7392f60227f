"""What rules of a policy may listen to, by name. The classifiers are named, not loaded."""

from collections.abc import Iterable

from seawall.app.settings import Settings


def judge_names(settings: Settings) -> frozenset[str]:
    """Return the names of the judges in the settings."""
    return frozenset(each.name for each in settings.judges)


def detector_names(judges: Iterable[str]) -> frozenset[str]:
    """Return the names of all detectors, classifiers and judges."""
    from seawall.screen.detectors import DETECTORS

    return frozenset({"linear", "encoder", "judge.*", *map("judge.{}".format, judges), *(d.name for d in DETECTORS)})

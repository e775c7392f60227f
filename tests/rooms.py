"""Which rooms there are."""

import pkgutil
from types import ModuleType


def rooms_with_tables(package: ModuleType) -> list[str]:
    """Return the modules that declare tables."""
    found = pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
    return [module.name for module in found if module.name.rpartition(".")[2] == "tables"]

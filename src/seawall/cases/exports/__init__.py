"""Hand a decided case about child safety over to an authority, as a package that only its recipient can open.

    package (case, exchanges, what cannot be read) -> manifest digest, voted on -> export: made anew, encrypted, once
    what was exported is kept from every deletion for a year (18 U.S.C. 2258A(h)), and then released by a job

Limits: this files no report with the CyberTipline of NCMEC or with any other authority: whoever carries it out hands
the file over, and notes of reviewers stay here.
"""

from seawall.cases.exports.exporting import Agreed, Wanted, export, planned
from seawall.cases.exports.keeping import PRESERVED_FOR, Exported, bound, of_case, release_due
from seawall.cases.exports.packing import Package

__all__ = [
    "PRESERVED_FOR",
    "Agreed",
    "Exported",
    "Package",
    "Wanted",
    "bound",
    "export",
    "of_case",
    "planned",
    "release_due",
]

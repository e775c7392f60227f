"""Screening: text in, findings out; one detector a file. Imports `vocabulary` only.

    text -> views (folded, leet, spaced out, decoded) -> one pass of compiled patterns -> exact spans -> findings
    stream -> StreamScreen: nothing leaves that may be the beginning of a match

A detector that fails or is late gives a finding of failure, which is never a pass.
"""

from seawall.screen.detector import Detector
from seawall.screen.detectors import DETECTORS
from seawall.screen.engine import Screen
from seawall.screen.stream import Release, StreamScreen

__all__ = ["DETECTORS", "Detector", "Release", "Screen", "StreamScreen"]

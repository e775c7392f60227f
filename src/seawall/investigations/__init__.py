"""Investigations: look across accounts for what was said and found, and screen the past again.

    closed exchange -> index (findings, tools, network, vector) -> search, pivot -> saved with its trail
    retained exchanges + the detectors and policy of now -> preview -> cases that somebody chose

The index holds no words: what a person typed or a tool is called stands there as a keyed digest, a prompt as a keyed
sketch of its pieces. All of an exchange goes with its content. What is searched lies in the vault alone. Exchanges
come as an argument (`Desk.exchanges`), and so do the cases that somebody opens; knows nothing of HTTP.
"""

from seawall.investigations.desk import Desk
from seawall.investigations.model import How, Investigation, Search

__all__ = ["Desk", "How", "Investigation", "Search"]

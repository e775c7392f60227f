"""The vault: content that can be erased, and is.

    put -> sealed under a key of its own -> that key wrapped by the key of its class and month -> get
    hold beats release beats erase; erase -> sweep -> the wrapping key is destroyed -> backups cannot be read either

Rows hold ciphertext, the keystore holds the wrapping keys, and neither is any use without the other. What is kept
for how long is `Retention`. Imports `store` and `vocabulary`; records are written by whatever `app` wires in.
"""

from seawall.vault.keystore import Keystore
from seawall.vault.sweep import Swept, jobs, sweep
from seawall.vault.vault import Content, Vault, new_item
from seawall.vault.writer import Writer
from seawall.vocabulary.retention import Retention

__all__ = ["Content", "Keystore", "Retention", "Swept", "Vault", "Writer", "jobs", "new_item", "sweep"]

"""Where editions of a hub are published to beside this installation's own `/hub`, each whole or not at all.

    directory   a folder beside, then one link
    rsync       a folder beside, then one link, by the same transport
    s3          a folder of the store, then one object: a door into it
    git         one commit on a branch, never by force

A target is set by whoever runs the host, in the settings, and is reached through its own program or library: nothing
that came over the network says where. It takes an edition that was published and looked through, as often as need be.
"""

from seawall.hub.targets.directory import Directory
from seawall.hub.targets.git import Git
from seawall.hub.targets.model import Before, Edition, Target, TargetFailed, TargetInUse
from seawall.hub.targets.rsync import Rsync
from seawall.hub.targets.s3 import S3

__all__ = ["S3", "Before", "Directory", "Edition", "Git", "Rsync", "Target", "TargetFailed", "TargetInUse"]

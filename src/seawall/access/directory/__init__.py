"""Directories: whatever provisions people and groups here by SCIM 2.0, each with a token and a human who vouches.

    add -> token -> authenticate -> Storage -> people.*, groups, roles by group

A directory reaches those alone whom it added. Which roles its groups give is said here, not by it. Limits: groups in
groups are refused; attributes that nothing here needs are dropped; whoever runs the directory decides who is in it.
"""

from seawall.access.directory.model import Directory, Group, Issued, Token, TokenRefused

__all__ = ["Directory", "Group", "Issued", "Token", "TokenRefused"]

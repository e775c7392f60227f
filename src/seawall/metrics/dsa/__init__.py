"""The transparency report of the Digital Services Act, as files: closed numbers in the forms of (EU) 2024/2835.

    Shown -> parts -> CSV, one file for each part

What is left out of the numbers is left out here and said so beside it. Made are the parts that numbers of Seawall fill:
the report itself (1), notices (4), own initiative (5 and 6), appeals and recidivism (7), automated means (8). Orders of
member states (3) stand in the legal statistics; names of categories, staff, users and words (2, 9 to 11) are the
operator's.
"""

from seawall.metrics.dsa.files import Provider, files

__all__ = ["Provider", "files"]

"""Examples that this project wrote itself: patterns and words that fill them, in five languages.

    make(seed), make_pairs(seed) -> rows with their labels

Violations are mild and exist for elections, fraud, personal data, distress and instructions hidden in documents; as the
meant side of contrast pairs also for violence, theft and hate.
For child sexual exploitation, grooming, weapons and terrorism nothing but harmless contrasts is written. A harmless row
denies every category. Patterns repeat themselves: such rows teach contrasts, and measure nothing.
"""

from training.generators.made import Made
from training.generators.make import make, make_pairs

__all__ = ["Made", "make", "make_pairs"]

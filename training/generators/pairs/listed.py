"""Word lists as text: entries parted by semicolons, so that a list reads like one."""


def listed(text: str) -> tuple[str, ...]:
    """Return the entries; an empty one stays, so that a slot may stay empty."""
    return tuple(" ".join(entry.split()) for entry in text.split(";"))


def spaced(text: str) -> tuple[str, ...]:
    """Return the entries, each that is not empty with a space before it."""
    return tuple(f" {entry}" if entry else "" for entry in listed(text))

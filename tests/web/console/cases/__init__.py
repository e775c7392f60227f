"""Pages for cases."""

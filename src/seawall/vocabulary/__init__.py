"""The words that every room shares: frozen values, record kinds, errors and the clock. No input or output."""

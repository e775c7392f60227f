"""Seawall: safeguards and accountability for organisations that develop or deploy AI models."""

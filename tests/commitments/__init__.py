"""Commitments: the register, its rules, activities, and what is put on record of them."""

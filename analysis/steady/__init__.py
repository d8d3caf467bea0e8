"""Steadiness: whether what was measured held still while it was measured, and what it could do to a claim if not.

Nothing here decides a claim or leaves anything out. It marks what a reader should look at twice.
"""

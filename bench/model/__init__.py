"""The records that a result is made of, and their codec."""

"""The machine: facts, checks, limits, and settings that are put back."""

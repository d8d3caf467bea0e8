"""States of the direct map, and what they tell."""

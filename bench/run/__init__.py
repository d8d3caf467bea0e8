"""From an experiment to a result on disk."""

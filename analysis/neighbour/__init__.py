"""Neighbours: what victims get done beside aggressors, against what they get done beside ordinary memory."""

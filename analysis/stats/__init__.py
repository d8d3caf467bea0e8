"""Estimates and intervals; numpy and scipy only."""

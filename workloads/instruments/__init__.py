"""Readers of the kernel's own counters."""

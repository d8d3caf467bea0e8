"""The commands, one a file; each file holds a click command named `command`."""

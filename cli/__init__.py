"""The command line: puts the parts together; the only place that prints."""

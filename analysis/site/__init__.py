"""The site: all published results under one index."""

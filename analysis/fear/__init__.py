"""The fears: what was said of memfd_secret when it was merged, and what the claims of results say to it."""

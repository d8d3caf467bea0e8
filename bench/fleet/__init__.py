"""Many hosts: the suite begun on each, detached, and what it measured fetched and looked at before it is taken in."""

"""Plan, run, record; never concludes."""

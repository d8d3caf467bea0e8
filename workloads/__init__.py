"""What is measured: native programs, their memory backings and the instruments; knows nothing of plans."""

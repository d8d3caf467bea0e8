"""Many results: what they say together of the machines that made them, whoever sent them."""

"""Series of boots: conditions that only a boot can bring about, in an order drawn before, over reboots."""

"""Real servers as victims: started for a timeline with data and settings of their own, loaded, and cleaned away."""

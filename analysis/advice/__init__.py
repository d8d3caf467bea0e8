"""What n secrets of s bytes cost with each way of holding them, from what was measured; no guesses."""

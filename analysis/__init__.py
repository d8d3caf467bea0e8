"""What the data mean: data in, verdicts out; never touches the machine."""

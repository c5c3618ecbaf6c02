"""Pure rules: values in, values out. No Qt, SQL, files, clock, network or unseeded randomness."""

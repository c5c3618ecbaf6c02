"""Proof that nothing leaves, and the only door through which anything ever could."""

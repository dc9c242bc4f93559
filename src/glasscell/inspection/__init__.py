"""What a network did while it read: every gate of every step, gates held, and what its answer rests on."""

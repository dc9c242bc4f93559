"""What series are for: with the seed, and for training the number of the chunk, it says where random numbers begin."""

WEIGHTS, TRAINING, VALIDATION, TEST = range(4)

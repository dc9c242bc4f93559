"""A training in progress: an epoch as one graph, its batches, its callbacks, many machines; and answers."""

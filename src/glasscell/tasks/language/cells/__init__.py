"""Search for units of a language model that encode a hypothesis, and a test whether they are causal."""

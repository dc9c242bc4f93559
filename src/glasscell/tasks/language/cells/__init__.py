"""Search for units of a language model that encode a hypothesis; test whether they are causal."""

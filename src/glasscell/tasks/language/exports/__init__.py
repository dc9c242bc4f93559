"""Language models in other formats: symbols and states in, probabilities and states out."""

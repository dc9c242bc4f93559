"""Language modeling: prediction of the next symbol of a text."""

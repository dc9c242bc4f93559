"""Series side by side at regular times, to be forecast: read, cut into windows, measured. No model is known here."""

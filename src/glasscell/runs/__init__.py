"""A run on disk: trained, resumed, asked for answers, looked into, compared."""

"""What is decided by validation: base, size, epochs, covariates, and who forecasts."""

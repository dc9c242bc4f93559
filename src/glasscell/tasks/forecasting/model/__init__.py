"""The forecasting network: its windows, its structure, and what it forecasts."""

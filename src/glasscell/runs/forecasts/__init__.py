"""Runs that forecast: trained on a table of series, measured at rolling origins, asked for the steps to come."""

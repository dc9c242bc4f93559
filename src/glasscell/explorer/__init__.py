"""One HTML file that runs a trained LSTM in the browser, offline. It knows networks and arrays, and no runs."""

from glasscell.explorer.viewer import Page, explore

__all__ = ["Page", "explore"]

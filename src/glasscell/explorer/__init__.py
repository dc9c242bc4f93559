"""One HTML file that runs a trained LSTM in the browser, offline. It knows networks and arrays, not runs."""

from glasscell.explorer.viewer import Page, explore

__all__ = ["Page", "explore"]

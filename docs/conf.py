"""Configuration of the site: ``python -m sphinx -nW --keep-going -b html docs docs/_build``."""

import sys
from pathlib import Path

import glasscell

sys.path.insert(0, str(Path(__file__).parent))  # for reference_pages

project = "glasscell"
author = "The glasscell authors"
version = release = glasscell.__version__

extensions = [
    "myst_nb",
    "numpydoc",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.mathjax",
    "sphinx_copybutton",
    "sphinx_design",
    "reference_pages",
]
templates_path = ["_templates"]
exclude_patterns = ["_build", "_templates", "figures", "essay", "**.ipynb_checkpoints"]
source_suffix = {".rst": "restructuredtext", ".md": "myst-nb", ".ipynb": "myst-nb"}

myst_enable_extensions = ["colon_fence", "deflist", "dollarmath", "attrs_inline"]
myst_heading_anchors = 4
nb_execution_mode = "off"  # outputs are kept; the nightly run executes the notebooks

autodoc_typehints = "none"  # types are in the numpydoc sections
autodoc_default_options = {"member-order": "bysource"}
autosummary_generate = True
# `glasscell.clamp` differs in case only, and has its own page on every disk
autosummary_filename_map = {
    f"glasscell.{name}": f"glasscell.{name}-class" for name in ("Clamp", "LSTM", "Trace")
}
numpydoc_show_class_members = False
numpydoc_xref_param_type = False

mathjax_path = "mathjax/tex-svg.js"  # vendored: the site needs no network

html_theme = "pydata_sphinx_theme"
html_title = "glasscell"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_js_files = ["frames.js"]
html_context = {"default_mode": "auto"}
html_favicon = "_static/favicon.svg"
html_show_sourcelink = False
html_sidebars = {"gallery/index": []}  # one page
smartquotes = False  # options are typed with --
html_theme_options = {
    "show_prev_next": False,
    "secondary_sidebar_items": ["page-toc"],
    "navbar_end": ["theme-switcher"],
}

"""How Sphinx builds the site: ``make docs`` writes it to build/site, without a network."""

import os
import sys
from pathlib import Path

HERE = Path(__file__).parent
# The pages run the code beside them, each in a process of its own.
sys.path[:0] = [str(HERE / "_extensions"), str(HERE.parent)]
os.environ["PYTHONPATH"] = os.pathsep.join(
    filter(None, [str(HERE.parent), os.environ.get("PYTHONPATH")])
)
os.environ["MATPLOTLIBRC"] = str(HERE / "book" / "matplotlibrc")

from minicnn.version import __version__  # noqa: E402

project = "minicnn"
author = "the minicnn authors"
copyright = author
version = release = __version__

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx.ext.mathjax",
    "sphinx_copybutton",
    "cells",
    "closing_marks",
    "github_links",
    "offline",
    "source_pages",
]
root_doc = "index"
exclude_patterns = ["README.md", "_*", "book/exercises/**", "**/.ipynb_checkpoints"]


# Markdown, as GitHub reads it as well.
myst_enable_extensions = ["dollarmath", "amsmath"]
myst_dmath_double_inline = False
myst_heading_anchors = 4
myst_links_external_new_tab = False

# Pages with cells run when the site is built; an error fails the build.
nb_execution_mode = "force"
nb_execution_in_temp = True
nb_execution_raise_on_error = True
nb_execution_timeout = 300
nb_merge_streams = True
nb_ipywidgets_js = {}

# Types in docstrings are words, such as "shape (n, h, w, c)", which may lead to several places.
suppress_warnings = ["ref.python"]
autodoc_member_order = "bysource"
autodoc_typehints = "none"
napoleon_google_docstring = False
napoleon_use_rtype = False
napoleon_use_ivar = True

# Mathematics is drawn in the browser by files of this site.
mathjax_path = "mathjax/tex-chtml.js"
mathjax3_config = {
    "chtml": {"displayAlign": "center"},
    "options": {"enableMenu": False},
}

html_theme = "furo"
html_title = "minicnn"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_js_files = ["formula-numbers.js"]
html_show_sourcelink = False
html_copy_source = False
html_theme_options = {"navigation_with_keys": True}
copybutton_prompt_text = r">>> |\.\.\. |\$ "
copybutton_prompt_is_regexp = True
copybutton_selector = "div:not(.printed) > div.highlight > pre"

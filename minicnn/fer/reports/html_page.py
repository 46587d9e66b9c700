"""Pieces of a page that needs nothing but itself: tables, pictures, the frame around them."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence
from html import escape

__all__ = ["page", "picture", "table"]

_STYLE = """
:root { color-scheme: light dark; --ink: #1b1f24; --paper: #fff; --faint: #5b626b;
  --line: #d5d9de; --link: #00588a; --shade: #f3f5f7; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e8eb; --paper: #16181c;
  --faint: #a8b0bb; --line: #3a3f47; --link: #7cc4f2; --shade: #20242a; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1rem; max-width: 44rem; font: 1rem/1.5 system-ui, sans-serif;
  color: var(--ink); background: var(--paper); }
h1 { font-size: 1.6rem; line-height: 1.2; margin: 0.5rem 0; }
h2 { font-size: 1.3rem; margin: 2.5rem 0 0.5rem; padding-top: 0.5rem;
  border-top: 1px solid var(--line); }
a { color: var(--link); }
a:focus-visible, summary:focus-visible, .scroll:focus-visible {
  outline: 3px solid var(--link); outline-offset: 2px; }
.skip { position: absolute; left: -100rem; }
.skip:focus { left: 1rem; top: 1rem; padding: 0.5rem 1rem; background: var(--paper); }
nav ul { display: flex; flex-wrap: wrap; gap: 0 1.2rem; padding: 0; margin: 0.5rem 0;
  list-style: none; }
nav a { display: inline-block; padding: 0.4rem 0; }
summary { padding: 0.4rem 0; cursor: pointer; }
p, figcaption { overflow-wrap: anywhere; }
.lead, figcaption, caption { color: var(--faint); }
figure { margin: 1.2rem 0 2rem; }
figure img { display: block; width: 100%; max-width: 40rem; height: auto; }
figcaption { margin-top: 0.4rem; }
.scroll { overflow-x: auto; margin: 1rem 0; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
caption { text-align: left; padding-bottom: 0.4rem; }
th, td { padding: 0.25rem 0.9rem 0.25rem 0; text-align: right; white-space: nowrap; }
th:last-child, td:last-child { padding-right: 0.2rem; }
th:first-child { text-align: left; font-weight: 600; }
tbody tr { background: var(--paper); }
tbody tr:nth-child(odd) { background: var(--shade); }
tbody th { position: sticky; left: 0; background: inherit; }
@media (max-width: 34rem) { table { font-size: 0.875rem; }
  th, td { padding-right: 0.6rem; }
  tbody th { white-space: normal; min-width: 5.5rem; }
  caption { position: sticky; left: 0; max-width: calc(100vw - 2rem); } }
thead th { border-bottom: 1px solid var(--line); }
.words { text-align: left; white-space: normal; overflow-wrap: anywhere; }
"""

# Nothing is loaded from anywhere, and nothing runs.
_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"


def page(title: str, lead: str, sections: Iterable[tuple[str, Sequence[str]]]) -> str:
    """Return a page as html.

    Parameters
    ----------
    title, lead : str
        Plain text.
    sections : iterable of (str, sequence of str)
        Headings as plain text, and what stands under each, as html.
    """
    links, body = [], []
    for number, (heading, parts) in enumerate(sections, start=1):
        links.append(f'<li><a href="#s{number}">{escape(heading)}</a></li>')
        body.append(f'<section aria-labelledby="s{number}">')
        body += [f'<h2 id="s{number}" tabindex="-1">{escape(heading)}</h2>', *parts, "</section>"]
    return "\n".join(
        [
            "<!DOCTYPE html>",
            '<html lang="en"><head><meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body>",
            '<a class="skip" href="#main">Skip to the report</a>',
            f'<header><h1>{escape(title)}</h1><p class="lead">{escape(lead)}</p>',
            '<nav aria-label="Contents"><ul>',
            *links,
            '</ul></nav></header><main id="main" tabindex="-1">',
            *body,
            "</main></body></html>\n",
        ]
    )


def table(caption: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table: the first column names the rows, the others hold numbers.

    Where it is wider than the screen it can be scrolled, by keyboard as well.
    """
    # Of two columns the second holds words, which may be long.
    words = ' class="words"' if len(head) == 2 else ""
    titles = "".join(
        f'<th scope="col"{words}>{escape(title)}</th>' if title else "<td></td>" for title in head
    )
    parts = [
        f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(caption)}">',
        f"<table><caption>{escape(caption)}</caption><thead><tr>{titles}</tr></thead><tbody>",
    ]
    for name, *values in rows:
        cells = "".join(f"<td{words}>{escape(value)}</td>" for value in values)
        parts.append(f'<tr><th scope="row">{escape(name)}</th>{cells}</tr>')
    return "\n".join([*parts, "</tbody></table></div>"])


def picture(light: bytes, dark: bytes, *, size: tuple[int, int], alt: str, caption: str) -> str:
    """Return a picture, as PNGs for both themes, of a size in pixels, with its caption."""
    bright, dim = (f"data:image/png;base64,{base64.b64encode(b).decode()}" for b in (light, dark))
    width, height = size
    return (
        f'<figure><picture><source media="(prefers-color-scheme: dark)" srcset="{dim}">'
        f'<img src="{bright}" alt="{escape(alt)}" width="{width}" height="{height}"></picture>\n'
        f"<figcaption>{escape(caption)}</figcaption></figure>"
    )

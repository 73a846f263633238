"""Official documents: templates and data in, self-contained HTML, SVG and PDF out.

Knows forms of documents; must not know cases, the engine, the database or the web.
"""

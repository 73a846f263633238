"""Official documents and pictures: plain data in, self-contained HTML, SVG or PDF out."""

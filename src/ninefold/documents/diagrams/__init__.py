"""Pictures drawn by ourselves as SVG: the same on the page, on the command line and on paper."""

"""One tree of blocks and its renderers: HTML, Typst, DOCX, XLSX; diagrams."""

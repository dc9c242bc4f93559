"""Networks of glasscell layers: building them, finding their parts, and running them on streams."""

"""The customers: their columns, the compiled weekly pass, the plain walk, and the Mesa view."""

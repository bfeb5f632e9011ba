"""The dashboard: two designs side by side on the same customers, in a browser. Sessions know nothing of the page."""

"""Results for people: pictures, tables, numbers with their units."""

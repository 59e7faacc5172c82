"""A plan as JSON or CSV; files that are whole or not there (X2)."""

"""How the tables of the chapters are headed: one module per chapter, one list per printed table."""

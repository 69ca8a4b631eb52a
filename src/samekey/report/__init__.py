"""The closing books: what became of everybody, counted from evidence."""

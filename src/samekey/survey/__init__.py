"""Look before touching: what a source holds, and a first rules file for it."""

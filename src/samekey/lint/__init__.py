"""Auth0 import files made by others: what is wrong, and the certain repairs."""

"""samekey moves your users to Auth0 with the passwords they already have, and lets you rehearse first."""

__version__ = "0.1.0"

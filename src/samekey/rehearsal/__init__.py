"""A stand-in tenant: answers as Auth0 documents it, on this machine, with levers that no real tenant has.

Written from Auth0's published behaviour and never from our own client, so that agreement between the two means
something. Start reading at `app.py`, the list of routes; `server.serve` runs it.
"""

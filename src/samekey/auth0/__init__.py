"""What Auth0 says, as data: each fact with its source and the day it was read. No I/O, no decisions."""

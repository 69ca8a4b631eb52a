"""What holds for every test."""

from hypothesis import settings

# A busy machine makes an example slow, not wrong: time is measured under bench/, never here.
settings.register_profile("samekey", deadline=None, print_blob=True)
settings.load_profile("samekey")

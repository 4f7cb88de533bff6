"""What all tests share: how many examples property tests draw, and how long they may take."""

from hypothesis import HealthCheck, settings

# A slow machine is no failure of the code, so no example has a deadline.
settings.register_profile("default", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("fuzz", parent=settings.get_profile("default"), max_examples=20_000)
settings.load_profile("default")

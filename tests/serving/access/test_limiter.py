"""Each caller has a bucket of its own, which fills steadily and is forgotten when it is full."""

import pytest

from serving.access.config import RateConfig
from serving.access.errors import RateLimited
from serving.access.limiter import Limiter
from tests.serving.access.conftest import Clock


def num_answered(limiter: Limiter, caller: str, num_asked: int) -> int:
    budgets = [limiter.take(caller) for _ in range(num_asked)]
    return sum(budget.retry_in_s is None for budget in budgets)


def test_a_burst_is_answered_and_then_the_rate(clock: Clock) -> None:
    limiter = Limiter(RateConfig(per_s=5, burst=20), clock=clock)
    assert num_answered(limiter, "a", 30) == 20
    for _ in range(100):
        clock.now += 1.0
        assert num_answered(limiter, "a", 9) == 5
    clock.now += 2.0
    assert num_answered(limiter, "a", 30) == 10
    clock.now += 60.0
    assert num_answered(limiter, "a", 30) == 20


def test_callers_do_not_share(clock: Clock) -> None:
    limiter = Limiter(RateConfig(per_s=1, burst=2), clock=clock)
    assert num_answered(limiter, "a", 9) == 2
    assert num_answered(limiter, "b", 9) == 2


def test_refused_requests_do_not_put_the_next_one_off(clock: Clock) -> None:
    limiter = Limiter(RateConfig(per_s=0.5, burst=1), clock=clock)
    assert num_answered(limiter, "a", 1000) == 1
    clock.now = 2.0
    assert num_answered(limiter, "a", 1) == 1


def test_the_headers_say_what_is_left(clock: Clock) -> None:
    limiter = Limiter(RateConfig(per_s=2, burst=3), clock=clock)
    left = [limiter.take("a").headers()["RateLimit"] for _ in range(4)]
    assert left == [f'"caller";r={r};t={t}' for r, t in ((2, 1), (1, 1), (0, 2), (0, 2))]
    assert limiter.take("a").headers()["RateLimit-Policy"] == '"caller";q=3;w=2'


def test_beyond_the_limit_it_is_said_when_to_come_back(clock: Clock) -> None:
    limiter = Limiter(RateConfig(per_s=0.25, burst=1), clock=clock)
    limiter.take("key:a").check()
    with pytest.raises(RateLimited) as caught:
        limiter.take("key:a").check()
    assert str(caught.value) == (
        "requests: expected at most 0.25 a second and 1 at once from key:a, got more; "
        "try again in 4 s"
    )
    assert caught.value.headers() == {"Retry-After": "4"}
    assert caught.value.members()["allowed"] == {"per_s": 0.25, "burst": 1}
    clock.now = 4.0
    limiter.take("key:a").check()


def test_full_buckets_are_forgotten(clock: Clock) -> None:
    limiter = Limiter(RateConfig(per_s=10, burst=10), clock=clock)
    for number in range(1000):
        limiter.take(f"address:{number}")
    clock.now = 2.0
    limiter.take("address:new")
    assert limiter.num_callers == 1

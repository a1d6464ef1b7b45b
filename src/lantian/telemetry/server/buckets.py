"""Buckets of tokens: how much of something may come in a time, kept for many keys in bounded memory."""

from __future__ import annotations

from collections import OrderedDict


class Bucket:
    """Fills by `rate` a second up to `size`. What is taken beyond is a debt that later fillings pay.

    `now` is always the monotonic time [s] of the caller.
    """

    __slots__ = ("_at", "_left", "rate", "size")

    def __init__(self, rate: float, size: float, now: float) -> None:
        self.rate = rate
        self.size = size
        self._left = size
        self._at = now

    def take(self, amount: float, now: float) -> float:
        """Take so much; returns how long to wait before the next [s], 0 while something is left."""
        self._left = min(self.size, self._left + (now - self._at) * self.rate) - amount
        self._at = now
        return 0.0 if self._left >= 0 else -self._left / self.rate

    def ready(self, now: float) -> bool:
        """Whether one token is there."""
        return self._left + (now - self._at) * self.rate >= 1.0


class Buckets:
    """A bucket a key; of more than `most` keys those longest unused are forgotten."""

    def __init__(self, per_minute: float, *, most: int = 20_000) -> None:
        self._rate = per_minute / 60
        self._size = max(1.0, per_minute)
        self._most = most
        self._kept: OrderedDict[str, Bucket] = OrderedDict()

    def allows(self, key: str, now: float) -> bool:
        """Take one token of this key, if there is one."""
        bucket = self._kept.get(key)
        if bucket is None:
            bucket = self._kept[key] = Bucket(self._rate, self._size, now)
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)
        else:
            self._kept.move_to_end(key)
        if not bucket.ready(now):
            return False
        bucket.take(1, now)
        return True

    def spent(self, key: str, now: float) -> bool:
        """Whether this key has nothing left; takes nothing."""
        bucket = self._kept.get(key)
        return bucket is not None and not bucket.ready(now)

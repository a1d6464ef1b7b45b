"""The API of `coverage`."""

from ninja import Router

router = Router(tags=["coverage"])

"""The API of `assessment`."""

from ninja import Router

router = Router(tags=["assessment"])

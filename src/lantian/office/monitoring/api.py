"""The API of `monitoring`."""

from ninja import Router

router = Router(tags=["monitoring"])

"""The API of `consequences`."""

from ninja import Router

router = Router(tags=["consequences"])

"""The API of `indicators`."""

from ninja import Router

router = Router(tags=["indicators"])

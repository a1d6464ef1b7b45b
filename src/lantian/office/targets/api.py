"""The API of `targets`."""

from ninja import Router

router = Router(tags=["targets"])

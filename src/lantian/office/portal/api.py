"""What the anonymous may read, under /api/public/."""

from ninja import Router

router = Router(tags=["public"], auth=None)

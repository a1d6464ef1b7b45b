"""An enterprise and a way to keep records: those of the registers."""

from tests.office.registers.conftest import firm, keep  # noqa: F401

"""Rewards and compensation: what each region pays or gets by a dated scheme, each amount with its reason."""

from lantian.assessment.transfers.reckoning import Amount, Statement, Transfer, Values, transfers
from lantian.assessment.transfers.scheme import TransferScheme, read_transfer_scheme, transfer_schemes

__all__ = [
    "Amount",
    "Statement",
    "Transfer",
    "TransferScheme",
    "Values",
    "read_transfer_scheme",
    "transfer_schemes",
    "transfers",
]

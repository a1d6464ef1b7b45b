"""Forms, files, withdrawals."""

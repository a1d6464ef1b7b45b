"""`python -m lantian` is the command `lantian`."""

from lantian.cli import main

main()

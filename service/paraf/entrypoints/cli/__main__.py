"""`python -m paraf.entrypoints.cli`: the same as the console script `paraf`."""

from paraf.entrypoints.cli import main

main()

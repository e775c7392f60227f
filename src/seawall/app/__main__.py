"""`python -m seawall.app`: the command line, for processes that start one another."""

from seawall.app.cli import main

if __name__ == "__main__":
    main()

"""`python -m sluse` is `sluse`."""

from sluse.cli.entry import main

if __name__ == "__main__":
    main()

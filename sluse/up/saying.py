"""Progress in plain lines. Whoever started us may have stopped listening; that is no reason to stop."""

import os
import sys


def say(text: str) -> None:
    try:
        print(text, flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

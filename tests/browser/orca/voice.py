"""A voice that writes down instead of speaking: what a screen reader hands to the speech server of its desktop.

The protocol is SSIP, https://htmlpreview.github.io/?https://github.com/brailcom/speechd/blob/master/doc/ssip.html:
lines that end in CR LF, an answer of three digits for each; a text is sent after SPEAK and ends with a lone dot.
"""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingMixIn, UnixStreamServer

TAG = re.compile(r"<[^>]*>")
ANSWERS = {
    "SPEAK": "230 OK RECEIVING DATA",
    "LIST": "249-dummy\tnone\tnone\r\n249 OK LIST SENT",
    "GET": "251-0\r\n251 OK GET RETURNED",
    "HISTORY": "245-1\r\n245 OK CLIENT ID SENT",
    "QUIT": "231 HAPPY HACKING",
}
DONE = "200 OK"
QUEUED = "225-1\r\n225 OK MESSAGE QUEUED"


class Voice(ThreadingMixIn, UnixStreamServer):
    daemon_threads = True

    def __init__(self, path: Path) -> None:
        super().__init__(str(path), _Conversation)
        self.said: list[str] = []
        """Each thing told, in order."""
        self.heard = 0
        """How much of it a test has asked for."""


class _Conversation(StreamRequestHandler):
    server: Voice

    def handle(self) -> None:
        for line in self._lines():
            command = line.split(" ")[0].upper()
            self._answer(ANSWERS.get(command, DONE))
            if command == "SPEAK":
                told = " ".join(iter(self._lines().__next__, "."))
                self.server.said.append(" ".join(TAG.sub("", told).split()))
                self._answer(QUEUED)
            elif command == "QUIT":
                return

    def _lines(self) -> Iterator[str]:
        while raw := self.rfile.readline():
            yield raw.decode().rstrip("\r\n")

    def _answer(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


@contextmanager
def listening(path: Path) -> Iterator[Voice]:
    path.parent.mkdir(parents=True, exist_ok=True)
    with Voice(path) as voice:
        thread = threading.Thread(target=voice.serve_forever, daemon=True)
        thread.start()
        yield voice
        voice.shutdown()
        thread.join()

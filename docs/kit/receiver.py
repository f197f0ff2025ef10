"""Receives Wishlight's webhooks and verifies them (Standard Webhooks 1.0.0). Python 3.9 or later, nothing else.

    WEBHOOK_SECRET=whsec_... python3 docs/kit/receiver.py

listens on http://127.0.0.1:8099/ (PORT says otherwise) and prints what it is told. `verify` is what you need in your own
program; while secrets change, give it both.
"""

import base64
import hashlib
import hmac
import json
import os
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

TOLERANCE = 5 * 60


def verify(secrets, headers, body, now=None):
    """What `body` (bytes, exactly as they came) says, or ValueError. `headers` by their names in lower case."""
    message_id = headers.get("webhook-id", "")
    timestamp = headers.get("webhook-timestamp", "")
    if not message_id or not timestamp.isascii() or not timestamp.isdigit():
        raise ValueError("no webhook")
    if abs((time.time() if now is None else now) - int(timestamp)) > TOLERANCE:
        raise ValueError("too old or too new")
    signed = f"{message_id}.{timestamp}.".encode() + body
    expected = []
    for secret in secrets:
        key = base64.b64decode(secret.removeprefix("whsec_"))
        expected.append(b"v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()))
    given = headers.get("webhook-signature", "").encode().split(b" ")
    if not any(hmac.compare_digest(one, other) for one in given for other in expected):
        raise ValueError("not signed by Wishlight")
    return json.loads(body)


class Receiver(BaseHTTPRequestHandler):
    secrets = []
    known = set()  # In earnest: a table, in the transaction of what the message makes you do.

    def do_POST(self):
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(min(int(headers.get("content-length", "0")), 20_000))
        try:
            event = verify(self.secrets, headers, body)
        except ValueError as why:
            print("refused:", why, flush=True)
            return self.answer(401)
        # A message may come twice; by its id it is known again.
        if event["id"] not in self.known:
            self.known.add(event["id"])
            print("verified:", event["type"], json.dumps(event["data"]), flush=True)
        self.answer(204)

    def answer(self, status):
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


if __name__ == "__main__":
    Receiver.secrets = os.environ["WEBHOOK_SECRET"].split()
    port = int(os.environ.get("PORT", "8099"))
    with ThreadingHTTPServer(("127.0.0.1", port), Receiver) as server:
        print(f"listening on http://127.0.0.1:{port}/", flush=True)
        server.serve_forever()

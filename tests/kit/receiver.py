"""Another system that is called by webhooks: a real HTTP server that writes down what came and
answers as it is told."""

import base64
import hashlib
import hmac
import http.server
import json
import os
import subprocess
import threading

from .system import ROOT, eventually

# Of this machine, and allowed; 127.0.0.1 is not.
ADDRESS = "127.0.0.2"
LIBRARY = os.path.join(ROOT, "tests", "kit", "receiver")


class Receiver:
    """Answers the next calls with these statuses, then with `after`."""

    def __init__(self, *statuses, after=200, answer="thank you"):
        self.statuses = list(statuses)
        self.after = after
        self.answer = answer
        self.calls = []
        self.hold = threading.Event()  # while it is not set, nobody is answered
        self.hold.set()
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                receiver.calls.append(Call(self.path, dict(self.headers.items()), body))
                receiver.hold.wait(60)
                status = receiver.statuses.pop(0) if receiver.statuses else receiver.after
                try:
                    self.send_response(status)
                    self.end_headers()
                    self.wfile.write(receiver.answer.encode())
                except OSError:
                    return  # the caller has gone

            def log_message(self, *_):
                return

        self.server = http.server.ThreadingHTTPServer((ADDRESS, 0), Handler)
        self.url = f"http://{ADDRESS}:{self.server.server_port}/hook"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.hold.set()
        self.server.shutdown()
        self.server.server_close()

    def wait(self, count, limit_s=20):
        eventually(lambda: len(self.calls) >= count, limit_s, f"{count} calls")
        return self.calls


class Call:
    """One call as it came."""

    def __init__(self, path, headers, body):
        self.path = path
        self.headers = {name.lower(): value for name, value in headers.items()}
        self.body = body
        self.id = self.headers["webhook-id"]

    def json(self):
        return json.loads(self.body)

    def signatures(self):
        return self.headers["webhook-signature"].split(" ")

    def signed_with(self, secret):
        """Reckoned here once more, by the words of the specification."""
        key = base64.b64decode(secret.removeprefix("whsec_"))
        text = f"{self.id}.{self.headers['webhook-timestamp']}.{self.body}".encode()
        return "v1," + base64.b64encode(hmac.new(key, text, hashlib.sha256).digest()).decode()

    def accepted_by_library(self, secret, body=None):
        """Whether the public library for receivers takes it, under its own clock."""
        if not os.path.isdir(os.path.join(LIBRARY, "node_modules")):
            subprocess.run(["npm", "install", "--prefix", LIBRARY, "--no-package-lock", "--no-audit",
                            "--no-fund"], check=True, capture_output=True)
        headers = {name: value for name, value in self.headers.items()
                   if name.startswith("webhook-")}
        done = subprocess.run(["node", os.path.join(LIBRARY, "verify.js")], check=False, text=True,
                              input=json.dumps({"secret": secret, "headers": headers,
                                                "body": self.body if body is None else body}),
                              capture_output=True)
        assert done.returncode in (0, 1) and "Cannot find" not in done.stderr, done.stderr
        return done.returncode == 0

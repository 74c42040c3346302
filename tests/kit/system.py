"""A private Muara in a folder of its own, started from the built binaries."""

import os
import re
import shutil
import sys
import tempfile
import time
import uuid

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "deploy", "local"))

import stack as local  # noqa: E402  (found by the line above)

PRESET = os.environ.get("MUARA_PRESET", "dev")


def eventually(condition, limit_s=20, what="the expected"):
    """The first true value of `condition`; fails the test where none comes in time."""
    end = time.monotonic() + limit_s
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < end, f"{what} did not come within {limit_s} s"
        time.sleep(0.02)


# Agents need not be heard of: they are where they said.
PATIENT = {"suspectSeconds": 3600, "lostSeconds": 86400}


class System:
    """A running stack with its seeded people. `policy` is what is changed in its routing policy."""

    def __init__(self, store="sqlite", policy=None, **options):
        self.folder = tempfile.mkdtemp(prefix="muara-")
        os.chmod(self.folder, 0o755)
        self.stack = local.Stack(self.folder, store, PRESET, **options)
        try:
            self.stack.up()
            self.credentials = self.stack.seed()
            self.endpoints = self.stack.endpoints()
            self.gateway = "http://" + self.endpoints["gateway"]
            self.set_policy(**(PATIENT if policy is None else policy))
        except BaseException:
            self.close()
            raise

    def close(self):
        self.stack.down()
        if os.environ.get("MUARA_KEEP"):
            print("kept:", self.folder)
            return
        self.stack.forget()
        shutil.rmtree(self.folder, ignore_errors=True)

    def set_policy(self, **fields):
        """Changes the routing policy: set_policy(lostSeconds=60)."""
        if not fields:
            return None
        named = [re.sub("[A-Z]", lambda upper: "_" + upper.group().lower(), name)
                 for name in fields]
        return self.sign_in("admin").call("PATCH", "/v1/routingPolicy", {
            "requestId": uuid.uuid4().hex, "updateFields": named, **fields})

    def sign_in(self, name):
        """The API as admin or as one of the demo agents."""
        people = {one["username"]: one for one in
                  [self.credentials["admin"]] + self.credentials["agents"]}
        return local.Api(self.gateway).login(**people[name])

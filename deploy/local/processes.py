"""Child processes that outlive their starter: known by pid and start time, so that nobody else's
process is ever taken for ours."""

import json
import os
import signal
import subprocess
import time


# Children of this very program, by pid: they are to be waited for.
CHILDREN = {}


def start_ticks(pid):
    """When the process began, in clock ticks since boot; None if there is none."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as stat:
            fields = stat.read().rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] == "Z" else int(fields[19])


class Process:
    """One named child, remembered in <folder>/<name>.json."""

    def __init__(self, folder, name):
        self.name = name
        self._path = os.path.join(folder, name + ".json")

    def known(self):
        try:
            with open(self._path, encoding="utf-8") as file:
                return json.load(file)
        except (FileNotFoundError, ValueError):
            return None

    def pid(self):
        """The pid if it still runs, else None."""
        known = self.known()
        if known and start_ticks(known["pid"]) == known["start"]:
            return known["pid"]
        return None

    def start(self, command, log_path, env=None, user=None):
        with open(log_path, "ab") as log:
            child = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                env={**os.environ, **(env or {})}, start_new_session=True,
                user=user, group=user and _group_of(user), extra_groups=[] if user else None)
        CHILDREN[child.pid] = child
        known = {"pid": child.pid, "start": start_ticks(child.pid), "command": command[0],
                 "began": time.time()}
        with open(self._path, "w", encoding="utf-8") as file:
            json.dump(known, file)
        return child.pid

    def send(self, number):
        pid = self.pid()
        if pid:
            os.kill(pid, number)
        return pid is not None

    def stop(self, number=signal.SIGTERM, limit_s=30):
        """Ends it: politely, then by force. True if it was running."""
        pid = self.pid()
        if pid:
            os.kill(pid, number)
            end = time.monotonic() + limit_s
            while self.pid() and time.monotonic() < end:
                _reap(pid)
                time.sleep(0.02)
            if self.pid():
                os.kill(pid, signal.SIGKILL)
                while self.pid():
                    _reap(pid)
                    time.sleep(0.02)
        if os.path.exists(self._path):
            os.unlink(self._path)
        return pid is not None


    def wait(self, limit_s=30):
        """The exit code of a child of this program; None where it goes on running."""
        child = CHILDREN[self.known()["pid"]]
        try:
            return child.wait(limit_s)
        except subprocess.TimeoutExpired:
            return None


def _group_of(user):
    import pwd
    return pwd.getpwnam(user).pw_gid


def _reap(pid):
    if pid in CHILDREN:
        CHILDREN[pid].poll()

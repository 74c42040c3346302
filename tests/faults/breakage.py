"""What is broken, and how: each fault ends with everything running again."""

import random
import signal
import subprocess
import time

from kit.system import local


class Breakage:
    def __init__(self, system, seed):
        self.system = system
        self.stack = system.stack
        self.random = random.Random(seed)
        self.done = []

    def all_once(self):
        """Every fault, in a seeded order."""
        faults = [(f"kill {name}", lambda name=name: self.kill(name)) for name in local.SERVICES]
        faults += [(f"pause {name}", lambda name=name: self.pause(name))
                   for name in ("ticket", "notification", "routing")]
        faults += [("kill redis", self.kill_redis), ("flush redis", self.flush_redis),
                   ("trim redis", self.trim_redis)]
        if self.stack.store == "postgres":
            faults.append(("kill postgres", self.kill_postgres))
        self.random.shuffle(faults)
        for name, fault in faults:
            fault()
            self.done.append(name)
            time.sleep(self.random.uniform(0.3, 0.8))

    def kill(self, name):
        self.stack.process(name).stop(signal.SIGKILL)
        time.sleep(self.random.uniform(0.1, 0.8))
        self.stack.start_service(name)
        self.stack.wait_ready(name)

    def restart_all(self):
        """Every service, as an orderly update does: told to end, and started anew."""
        for name in self.random.sample(local.SERVICES, len(local.SERVICES)):
            process = self.stack.process(name)
            process.send(signal.SIGTERM)
            assert process.wait(limit_s=30) == 0, f"{name} did not drain: {process.wait(0)}"
            self.stack.start_service(name)
            self.stack.wait_ready(name)
            self.done.append(f"restart {name}")
            time.sleep(self.random.uniform(0.1, 0.4))

    def pause(self, name):
        self.stack.process(name).send(signal.SIGSTOP)
        time.sleep(self.random.uniform(1.0, 2.5))
        self.stack.process(name).send(signal.SIGCONT)

    def kill_redis(self):
        self.stack.process("redis").stop(signal.SIGKILL)
        time.sleep(self.random.uniform(0.5, 1.5))
        self.stack.start_redis()

    def flush_redis(self):
        self._redis("FLUSHALL")

    def trim_redis(self):
        for stream in self._redis("KEYS", "ev:*").split():
            self._redis("XTRIM", stream, "MAXLEN", "1")

    def kill_postgres(self):
        self.stack.process("postgres").stop(signal.SIGQUIT)
        self.stack.start_postgres()

    def _redis(self, *words):
        return subprocess.run(
            ["redis-cli", "-p", str(self.stack.ports["redis"]), *words], check=True,
            capture_output=True, text=True).stdout

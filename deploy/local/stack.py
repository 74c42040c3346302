"""The whole of Muara on one machine: which processes, with which settings, on which ports.

`up` and `down` use it by commands.py; tests start private stacks of their own.
"""

import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

from api import Api, ApiError  # noqa: F401  (ApiError for those who use a stack)
from processes import Process

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SERVICES = ["ticket", "feedback", "email", "chat", "notification", "routing", "gateway"]
DOORS = ["gateway", "smtp", "chat", "redis", "postgres", "mailbox"]
MAILBOX = "support@muara.test"
READY_S = 60
PORTS = range(15000, 32000)


class Failure(Exception):
    """Something a person should read."""


def free_port(taken=()):
    """Below the ports of outgoing connections (32768 on), one of which would otherwise take it
    before its service listens or while it is started anew."""
    while True:
        port = secrets.choice(PORTS)
        if port in taken:
            continue
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue


def answers(port):
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Stack:
    """One running system under one folder. `overrides` are settings for every service."""

    def __init__(self, folder, store="sqlite", preset="dev", overrides=None, smarthost=None,
                 say=lambda text: None):
        self.folder = os.path.abspath(folder)
        self.store = store
        self.binaries = os.path.join(ROOT, "build", preset, "bin")
        self.overrides = overrides or {}
        self.smarthost = smarthost
        self.say = say
        for part in ("run", "logs", "data", "secrets", "attachments", "blobs", "mail", "redis"):
            os.makedirs(self.path(part), mode=0o700, exist_ok=True)
        self.ports = self._load("ports.json") or {}

    def path(self, *parts):
        return os.path.join(self.folder, *parts)

    # --- starting and stopping -------------------------------------------------------------------

    def up(self):
        self._choose_ports()
        self._make_secrets()
        self.start_redis()
        if self.store == "postgres":
            self.start_postgres()
        if self.smarthost is None:
            self._start("mailbox", ["/usr/bin/python3", os.path.join(ROOT, "deploy/local/mailbox.py"),
                                    str(self.ports["mailbox"]), self.path("mail")])
        for service in SERVICES:
            self.start_service(service)
        for service in SERVICES:
            self.wait_ready(service)
        self._write_endpoints()
        return self

    def down(self):
        """Stops everything of this folder; the names of what ran."""
        order = SERVICES[::-1] + ["mailbox", "redis", "postgres"]
        running = [name for name in order if self.process(name).pid()]
        for name in running:  # all are told at once, so that draining overlaps
            if name in SERVICES:
                self.process(name).send(signal.SIGTERM)
        for name in order:
            self.process(name).stop(signal.SIGINT if name == "postgres" else signal.SIGTERM)
        return running

    def forget(self):
        """Everything that was ever stored; for a stack that is down."""
        if self._postgres_folder() != self.path("postgres"):
            shutil.rmtree(self._postgres_folder(), ignore_errors=True)
        shutil.rmtree(self.folder, ignore_errors=True)
        self.__init__(self.folder, self.store, os.path.basename(os.path.dirname(self.binaries)),
                      self.overrides, self.smarthost, self.say)

    def process(self, name):
        return Process(self.path("run"), name)

    def start_service(self, name):
        self._start(name, [os.path.join(self.binaries, f"muara-{name}")], self.settings_of(name))

    def start_redis(self):
        self._start("redis", ["redis-server", "--port", str(self.ports["redis"]), "--bind",
                              "127.0.0.1", "--save", "", "--appendonly", "no", "--dir",
                              self.path("redis"), "--maxmemory-policy", "noeviction"])
        self._wait_port("redis")

    def start_postgres(self):
        user = "postgres" if os.geteuid() == 0 else None
        data = self._postgres_folder()
        programs = max((entry.path for entry in os.scandir("/usr/lib/postgresql")),
                       key=lambda path: int(os.path.basename(path)))
        if not os.path.exists(os.path.join(data, "PG_VERSION")):
            os.makedirs(data, mode=0o700, exist_ok=True)
            if user:
                shutil.chown(data, user, user)
            # A file that whoever runs PostgreSQL may read, and nobody else.
            with tempfile.NamedTemporaryFile("w", encoding="utf-8") as password:
                password.write(self._secret("postgres.password"))
                password.flush()
                if user:
                    shutil.chown(password.name, user)
                subprocess.run([programs + "/bin/initdb", "-D", data, "-U", "muara",
                                "--auth=scram-sha-256", f"--pwfile={password.name}", "-E", "UTF8",
                                "--locale=C"], check=True, stdout=subprocess.DEVNULL, user=user,
                               cwd="/")
        self._start("postgres", [programs + "/bin/postgres", "-D", data, "-p",
                                 str(self.ports["postgres"]), "-c", "listen_addresses=127.0.0.1",
                                 "-c", "unix_socket_directories=", "-c", "max_connections=200"],
                    user=user)
        self._wait(lambda: self._psql("postgres", "SELECT 1"), "postgres")
        for service in SERVICES:
            if not self._psql(f"muara_{service}", "SELECT 1"):
                self._psql("postgres", f"CREATE DATABASE muara_{service}")

    def wait_ready(self, name):
        def ready():
            if not self.process(name).pid():
                raise Failure(f"muara-{name} ended while starting:\n{self.last_log(name)}")
            return self._ops_answers(name)
        self._wait(ready, f"muara-{name}")

    def last_log(self, name, lines=8):
        with open(self.path("logs", name + ".log"), encoding="utf-8", errors="replace") as log:
            return "".join(log.readlines()[-lines:])

    # --- what each process is told ---------------------------------------------------------------

    def settings_of(self, name):
        at = lambda kind: f"127.0.0.1:{self.ports[kind]}"
        settings = {
            "MUARA_STORE_URL": self._store_url(name),
            "MUARA_REDIS_URL": f"redis://{at('redis')}",
            "MUARA_INTERNAL_KEY_FILE": self.path("secrets", "internal.keys"),
            "MUARA_GRPC_LISTEN": at(f"grpc.{name}"),
            "MUARA_OPS_LISTEN": at(f"ops.{name}"),
        }
        for peer in SERVICES:
            settings[f"MUARA_{peer.upper()}_GRPC"] = at(f"grpc.{peer}")
        settings.update({
            "ticket": {
                "MUARA_ENDPOINT_QUEUES": f"{MAILBOX}=mail,chat=chat",
                "MUARA_BLOB_FOLDER": self.path("attachments"),
            },
            "feedback": {"MUARA_PUBLIC_URL": f"http://{at('gateway')}"},
            "email": {
                "MUARA_EMAIL_ENDPOINTS": f"{MAILBOX}=Muara Support",
                "MUARA_SMTP_LISTEN": at("smtp"),
                "MUARA_SMARTHOST": self.smarthost or at("mailbox"),
                "MUARA_SMARTHOST_TLS": "off",
                "MUARA_BLOB_FOLDER": self.path("blobs"),
            },
            # All customers of this machine have one address.
            "chat": {
                "MUARA_CHAT_LISTEN": at("chat"),
                "MUARA_CHAT_MESSAGES_PER_SESSION": "10000",
                "MUARA_CHAT_MESSAGES_PER_ADDRESS": "1000000",
                "MUARA_CHAT_SESSIONS_PER_ADDRESS": "100000",
                "MUARA_CHAT_CONNECTIONS_PER_ADDRESS": "10000",
            },
            "gateway": {
                "MUARA_HTTP_LISTEN": at("gateway"),
                "MUARA_ADMIN_USERNAME": "admin",
                "MUARA_ADMIN_PASSWORD_FILE": self.path("secrets", "admin.password"),
            },
        }.get(name, {}))
        settings.update(self.overrides)
        return settings

    def _store_url(self, name):
        if self.store == "postgres":
            return self.postgres_url(f"muara_{name}")
        return f"sqlite://{self.path('data', name + '.db')}"

    def postgres_url(self, database):
        password = self._secret("postgres.password")
        return f"postgresql://muara:{password}@127.0.0.1:{self.ports['postgres']}/{database}"

    def _postgres_folder(self):
        # Where the user postgres can reach it, whoever owns the folders above this one.
        if os.geteuid() != 0:
            return self.path("postgres")
        return "/var/lib/muara-local/" + self.folder.strip("/").replace("/", "-")

    # --- first contents --------------------------------------------------------------------------

    def seed(self):
        """Queues, demo agents and their accounts; harmless where they are there."""
        credentials = self._load("credentials.json") or {
            "admin": {"username": "admin", "password": self._secret("admin.password")},
            "agents": [],
        }
        api = Api(f"http://127.0.0.1:{self.ports['gateway']}")
        api.login(**credentials["admin"])
        for queue, title in (("mail", "E-mail"), ("chat", "Chat"), ("general", "General")):
            api.ensure("/v1/queues", {"id": queue, "displayName": title}, f"seed-{queue}")
        people = (("ani", "Ani Wijaya", "ROLE_AGENT"), ("budi", "Budi Santoso", "ROLE_AGENT"),
                  ("citra", "Citra Lestari", "ROLE_SUPERVISOR"))
        known = {one["username"]: one for one in credentials["agents"]}
        for name, title, role in people:
            api.ensure("/v1/agents", {
                "id": name, "displayName": title, "queueIds": ["mail", "chat", "general"],
                "capacity": 6, "skills": [{"name": "english", "level": 4},
                                          {"name": "indonesian", "level": 5}]}, f"seed-{name}")
            # Written down first, and used again where another store is begun.
            known.setdefault(name, {"username": name, "password": secrets.token_urlsafe(15),
                                    "agent_id": name, "role": role.removeprefix("ROLE_").lower()})
            credentials["agents"] = list(known.values())
            self._save("credentials.json", credentials, mode=0o600)
            api.ensure("/v1/accounts", {
                "username": name, "password": known[name]["password"], "displayName": title,
                "roles": [role], "agentId": name}, f"seed-account-{name}")
        return credentials

    # --- small parts -----------------------------------------------------------------------------

    def _start(self, name, command, env=None, user=None):
        process = self.process(name)
        if process.pid():
            newer = name in SERVICES and os.path.getmtime(command[0]) > process.known()["began"]
            if not newer:
                return
            self.say(f"  {name}: rebuilt, starting anew")
            process.stop()
        process.start(command, self.path("logs", name + ".log"), env, user)

    def _choose_ports(self):
        names = DOORS + [f"{kind}.{name}" for kind in ("grpc", "ops") for name in SERVICES]
        for name in names:
            owner = name.split(".")[-1]
            ours = self.process({"smtp": "email"}.get(owner, owner)).pid()
            if name not in self.ports or (not ours and answers(self.ports[name])):
                self.ports[name] = free_port(self.ports.values())
        self._save("ports.json", self.ports)

    def _make_secrets(self):
        if not os.path.exists(self.path("secrets", "internal.keys")):
            # A folder begun anew: what an older one of this name left elsewhere is nobody's.
            shutil.rmtree(self._postgres_folder(), ignore_errors=True)
        for name, make in (("internal.keys", lambda: secrets.token_urlsafe(48)),
                           ("admin.password", lambda: secrets.token_urlsafe(15)),
                           ("postgres.password", lambda: secrets.token_urlsafe(24))):
            path = self.path("secrets", name)
            if not os.path.exists(path):
                with open(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w",
                          encoding="utf-8") as file:
                    file.write(make() + "\n")

    def _secret(self, name):
        with open(self.path("secrets", name), encoding="utf-8") as file:
            return file.read().strip()

    def endpoints(self):
        at = lambda kind: f"127.0.0.1:{self.ports[kind]}"
        found = {kind: at(kind) for kind in ("gateway", "smtp", "chat", "redis")}
        # Other systems post to the gateway, with an API key: POST /v1/interactions:submit.
        found["webhooks"] = at("gateway")
        for kind in ("grpc", "ops"):
            found.update({f"{kind}.{name}": at(f"{kind}.{name}") for name in SERVICES})
        return found

    def _write_endpoints(self):
        self._save("endpoints.json", self.endpoints())

    def _ops_answers(self, name):
        url = f"http://127.0.0.1:{self.ports['ops.' + name]}/readyz"
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:
                return answer.status == 200
        except OSError:
            return False

    def _psql(self, database, sql):
        url = f"postgresql://muara@127.0.0.1:{self.ports['postgres']}/{database}"
        return subprocess.run(["psql", "-qtA", url, "-c", sql], stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL, check=False,
                              env={**os.environ, "PGPASSWORD": self._secret("postgres.password")}
                              ).returncode == 0

    def _wait_port(self, name):
        self._wait(lambda: answers(self.ports[name]), name)

    def _wait(self, condition, what):
        end = time.monotonic() + READY_S
        while not condition():
            if time.monotonic() > end:
                name = what.removeprefix("muara-")
                raise Failure(f"{what} is not ready after {READY_S} s:\n{self.last_log(name)}")
            time.sleep(0.03)

    def _load(self, name):
        try:
            with open(self.path(name), encoding="utf-8") as file:
                return json.load(file)
        except (FileNotFoundError, ValueError):
            return None

    def _save(self, name, value, mode=0o644):
        path = self.path(name + ".new")
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "w",
                  encoding="utf-8") as file:
            json.dump(value, file, indent=2)
            file.write("\n")
        os.replace(path, self.path(name))

"""What `up` and `down` do after the build, and what they say.

    commands.py up [--store sqlite|postgres] [--fresh] [--folder DIR]
    commands.py down [--folder DIR]
"""

import argparse
import os
import sys

from api import ApiError
from stack import MAILBOX, ROOT, SERVICES, Failure, Stack

# What a process answers on apart from gRPC and its ops port.
DOORS = {"redis": ("redis", "redis"), "postgres": ("postgres", "postgres"),
         "mailbox": ("smtp", "mailbox"), "email": ("smtp", "smtp"), "chat": ("http", "chat"),
         "gateway": ("http", "gateway")}


def memory_mib(pid):
    try:
        with open(f"/proc/{pid}/smaps_rollup", encoding="utf-8") as file:
            for line in file:
                if line.startswith("Pss:"):
                    return int(line.split()[1]) / 1024
    except OSError:  # of another user, or just ended
        pass
    return 0


def print_running(stack):
    print("Running on this machine (loopback only):")
    for name in ["redis", "postgres", "mailbox"] + SERVICES:
        pid = stack.process(name).pid()
        if not pid:
            continue
        ports = [f"{kind} {stack.ports[f'{kind}.{name}']}" for kind in ("grpc", "ops")
                 if f"{kind}.{name}" in stack.ports]
        if name in DOORS:
            kind, port = DOORS[name]
            ports.append(f"{kind} {stack.ports[port]}")
        print(f"  {name:<13} pid {pid:<8} {memory_mib(pid):6.1f} MiB   {'  '.join(ports)}")


def print_help(stack, credentials):
    at = stack.endpoints()
    here = os.path.join(ROOT, "deploy", "local")
    mine = "" if stack.folder == os.path.join(ROOT, ".muara") else f" --folder {stack.folder}"
    names = ", ".join(one["username"] for one in credentials["agents"])
    rows = [
        ("Open", f"http://{at['chat']}/", "the customer's chat page"),
        ("", f"http://{at['gateway']}/v1/openapi.json", "the API"),
        ("Read", stack.path("mail") + "/", "what customers receive by mail"),
        ("", stack.path("logs") + "/", "what the services say"),
        ("Play", f"{here}/demo{mine}", "a day of real traffic"),
        ("Stop", f"{here}/down{mine}", "everything above; data stay"),
    ]
    width = max(len(what) for _, what, _ in rows)
    print()
    for number, (verb, what, why) in enumerate(rows):
        print(f"{verb:<7}{what:<{width}}   {why}")
        if number == 1:
            print(f"Send   swaks --to {MAILBOX} --from you@example.org --server {at['smtp']} \\\n"
                  "             --header 'Subject: Hello' --body 'Is anyone there?'")
    print(f"\nAccounts: admin, {names}; their passwords are in {stack.path('credentials.json')}\n"
          f"Addresses of everything: {stack.path('endpoints.json')}")


def up(stack, arguments):
    before = stack._load("store.json")
    stack.store = arguments.store or before or "sqlite"
    changes = bool(before) and before != stack.store
    if changes and not arguments.fresh:
        print(f"The {before} stores stay as they are; {stack.store} has its own.")
    if arguments.fresh or changes:
        stack.down()
    if arguments.fresh:
        stack.forget()
    stack._save("store.json", stack.store)
    if not all(stack.process(name).pid() for name in SERVICES):
        print(f"Starting with {'SQLite' if stack.store == 'sqlite' else 'PostgreSQL'} stores ...")
    stack.up()
    credentials = stack.seed()
    print_running(stack)
    print_help(stack, credentials)


def down(stack):
    stopped = stack.down()
    print("Stopped " + ", ".join(stopped) if stopped else "Nothing was running.")


def parse():
    verb = sys.argv[1]
    parser = argparse.ArgumentParser(prog=f"deploy/local/{verb}")
    parser.set_defaults(verb=verb)
    parser.add_argument("--folder", default=os.path.join(ROOT, ".muara"),
                        help="where everything is kept (default: .muara)")
    if verb == "up":
        parser.add_argument("--store", choices=["sqlite", "postgres"])
        parser.add_argument("--fresh", action="store_true", help="forget what was stored")
    return parser.parse_args(sys.argv[2:])


def main():
    arguments = parse()
    if arguments.verb == "down" and not os.path.isdir(arguments.folder):
        print("Nothing was running.")
        return 0
    try:
        stack = Stack(arguments.folder, preset=os.environ.get("MUARA_PRESET", "dev"), say=print)
        if arguments.verb == "down":
            down(stack)
        else:
            up(stack, arguments)
        return 0
    except Failure as failure:
        print(f"{arguments.verb}: {failure}", file=sys.stderr)
    except ApiError as failure:
        print(f"{arguments.verb}: the gateway refused: {failure}", file=sys.stderr)
    except PermissionError as failure:
        print(f"{arguments.verb}: {failure}\nAnother user has this running, or owns its folder: "
              "be that user, or use sudo.", file=sys.stderr)
    except KeyboardInterrupt:
        print(f"\n{arguments.verb}: interrupted; deploy/local/down stops what runs",
              file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())

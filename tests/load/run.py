"""Starts a private system, drives it with muara-load and tells rates, times, CPU and memory."""

import argparse
import json
import os
import subprocess
import sys
import uuid

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from kit.system import System, local  # noqa: E402

from commands import memory_mib  # noqa: E402  (beside the stack)

TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pid):
    with open(f"/proc/{pid}/stat", encoding="utf-8") as stat:
        fields = stat.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def prepare_agent(system):
    """One agent who can be offered everything of the run."""
    admin = system.sign_in("admin")
    admin.ensure("/v1/agents", {"id": "load", "displayName": "Load", "capacity": 1000,
                                "queueIds": ["mail"]}, uuid.uuid4().hex)
    password = uuid.uuid4().hex
    admin.ensure("/v1/accounts", {"username": "load", "password": password, "agentId": "load",
                                  "displayName": "Load", "roles": ["ROLE_AGENT"]},
                 uuid.uuid4().hex)
    admin.call("PATCH", "/v1/queues/mail", {"updateFields": ["offer_timeout_seconds"],
                                            "offerTimeoutSeconds": 600,
                                            "requestId": uuid.uuid4().hex})
    agent = local.Api(system.gateway).login("load", password)
    agent.call("PUT", "/v1/agents/load/presence", {"status": "AGENT_STATUS_AVAILABLE",
                                                   "requestId": uuid.uuid4().hex})
    return agent


def scratch_url(system):
    if system.stack.store == "sqlite":
        return f"sqlite://{system.stack.path('data', 'scratch.db')}"
    system.stack._psql("postgres", "CREATE DATABASE scratch")
    return system.stack.postgres_url("scratch")


def measure(store, seconds, threads):
    system = System(store)
    try:
        agent = prepare_agent(system)
        pids = {name: system.stack.process(name).pid() for name in local.SERVICES + ["redis"]}
        before = {name: cpu_seconds(pid) for name, pid in pids.items()}
        done = subprocess.run(
            [os.path.join(system.stack.binaries, "muara-load"), system.endpoints["grpc.ticket"],
             system.endpoints["gateway"], agent.token,
             system.stack.path("secrets", "internal.keys"), scratch_url(system), str(seconds),
             str(threads)], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise SystemExit(f"muara-load failed:\n{done.stderr[-2000:]}")
        result = json.loads(done.stdout)
        result["processes"] = {
            name: {"cpu_s": round(cpu_seconds(pid) - before[name], 2),
                   "memory_mib": round(memory_mib(pid), 1)} for name, pid in pids.items()}
    finally:
        system.close()
    result["store"] = store
    result["ratios"] = {
        "intake_to_three_inserts": round(
            result["intake"]["per_second"] / result["three_inserts"]["per_second"], 3),
        "intake_to_grpc_echo": round(
            result["intake"]["per_second"] / result["grpc_echo"]["per_second"], 3),
        "opened_p50_to_intake_p50": round(
            result["journey"]["opened_p50_ms"] / max(result["intake"]["p50_ms"], 0.001), 2),
    }
    return result


def show(result):
    print(f"\nStore {result['store']}")
    for name, title in (("grpc_echo", "bare gRPC call"), ("three_inserts", "bare three inserts"),
                        ("intake", "intake (a ticket each)")):
        rate = result[name]
        print(f"  {title:<24} {rate['per_second']:>9.0f} /s   p50 {rate['p50_ms']:.2f} ms   "
              f"p99 {rate['p99_ms']:.2f} ms   failed {rate['failed']}")
    journey = result["journey"]
    print(f"  submit -> agent's stream: opened p50 {journey['opened_p50_ms']:.1f} ms, "
          f"p99 {journey['opened_p99_ms']:.1f} ms; offered p50 {journey['offered_p50_ms']:.1f} ms, "
          f"p99 {journey['offered_p99_ms']:.1f} ms ({journey['messages']} messages, "
          f"{journey['missing']} missing)")
    for name, ratio in result["ratios"].items():
        print(f"  {name:<28} {ratio}")
    for name, one in result["processes"].items():
        print(f"  {name:<14} CPU {one['cpu_s']:>7.2f} s   memory {one['memory_mib']:>6.1f} MiB")


def main():
    parser = argparse.ArgumentParser(prog="tests/load/run")
    parser.add_argument("--store", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--threads", type=int, default=16)
    parser.add_argument("--json", metavar="FILE")
    arguments = parser.parse_args()
    if not 1 <= arguments.seconds <= 600 or not 1 <= arguments.threads <= 64:
        parser.error("--seconds is 1 to 600, --threads is 1 to 64")
    result = measure(arguments.store, arguments.seconds, arguments.threads)
    show(result)
    if arguments.json:
        with open(arguments.json, "w", encoding="utf-8") as file:
            json.dump(result, file, indent=2)


if __name__ == "__main__":
    main()

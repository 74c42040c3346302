"""The load program runs: rates, times and memory come out, whatever they are on this machine."""

import json
import os
import subprocess

import pytest
from kit.system import PRESET, ROOT


@pytest.mark.parametrize("store", ["sqlite", "postgres"])
def test_the_load_run_measures_the_system_beside_bare_limits(store, tmp_path):
    told = tmp_path / "load.json"
    done = subprocess.run(["/usr/bin/python3", os.path.join(ROOT, "tests", "load", "run.py"),
                           "--store", store, "--seconds", "1", "--json", str(told)],
                          capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    result = json.loads(told.read_text())
    assert result["intake"]["per_second"] > 0 and result["intake"]["failed"] == 0
    assert result["journey"]["messages"] > 0 and result["journey"]["missing"] == 0
    assert all(ratio > 0 for ratio in result["ratios"].values())
    assert all(one["memory_mib"] > 0 for one in result["processes"].values())


def test_no_breach_is_told_early_or_forgotten_over_a_restart_of_the_timers():
    program = os.path.join(ROOT, "build", PRESET, "bin", "muara-load-clocks")
    done = subprocess.run([program, "sqlite", "500", "100", "3"],
                          capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("50 told") == 2 and "EARLY" not in done.stdout, done.stdout

"""The scripts of deploy/local, as a newcomer uses them."""

import contextlib
import os
import subprocess

import pytest
from kit.system import ROOT, System, local


def run(script, *words):
    return subprocess.run([os.path.join(ROOT, "deploy", "local", script), *words], cwd="/",
                          capture_output=True, text=True, check=False, timeout=60)


@pytest.mark.parametrize("words", [
    ("up", "now"), ("up", "--store"), ("up", "--store", "mongo"), ("up", "--store=x"),
    ("up", "--folder="), ("down", "now"), ("down", "--fresh"), ("demo", "--customers", "x"),
    ("explain",), ("explain", "--item")])
def test_wrong_words_are_answered_with_the_usage(words):
    ended = run(*words)
    assert ended.returncode == 2
    assert f"deploy/local/{words[0]}" in ended.stderr and "Traceback" not in ended.stderr


def test_where_nothing_runs_both_say_so(tmp_path):
    nowhere = str(tmp_path / "none")
    ended = run("down", "--folder", nowhere)
    assert (ended.returncode, ended.stdout) == (0, "Nothing was running.\n")
    for script, words in (("demo", ()), ("explain", ("--lint",))):
        ended = run(script, *words, "--folder", nowhere)
        assert ended.returncode == 1 and "start it with deploy/local/up" in ended.stderr
    assert not os.path.exists(nowhere)


def test_another_store_has_the_same_people():
    with contextlib.closing(System("sqlite")) as system:
        system.stack.down()
        system.stack.store = "postgres"
        system.stack.up()
        assert system.stack.seed() == system.credentials
        for name in ("admin", "ani", "budi", "citra"):
            assert system.sign_in(name).token


def test_down_ends_its_own_processes_only():
    with contextlib.closing(System("sqlite")) as ours, \
            contextlib.closing(System("sqlite")) as theirs:
        ended = run("down", "--folder", ours.folder)
        assert ended.returncode == 0 and "gateway" in ended.stdout and "redis" in ended.stdout
        assert not [name for name in local.SERVICES if ours.stack.process(name).pid()]
        assert all(theirs.stack.process(name).pid() for name in [*local.SERVICES, "redis"])
        assert theirs.sign_in("ani").token

#!/usr/bin/python3
"""Checks the tree against its own rules (rules.py, rooms.py); ctest runs it as `tidy`.

What is let through stands in allowances.py, each with its reason.
"""

import pathlib
import subprocess
import sys

import rules
from allowances import ALLOWANCES

SUFFIXES = (".h", ".cpp", ".py", ".proto", ".ts", ".tsx", ".css", ".html", ".sh", ".md", ".cmake",
            ".yaml", ".yml", "CMakeLists.txt")


def check(files, allowances=()):
    """All findings as "path:line: [rule] reason"; `files` is text by path."""
    found = [(path, line, rule, reason) for path, text in files.items()
             for rule, apply in rules.RULES.items() for line, reason in apply(path, text)]
    found += [(path, line, "boost", reason) for path, line, reason in rules.boost_files(files)]
    allowed = {(rule, path) for rule, path, _ in allowances}
    used = {(rule, path) for path, _, rule, _ in found} & allowed
    findings = [f"{path}:{line}: [{rule}] {reason}" for path, line, rule, reason in sorted(found)
                if (rule, path) not in allowed]
    for rule, path in sorted(allowed - used):
        findings.append(f"tests/tidy/allowances.py:1: [{rule}] {path} needs no allowance any more")
    return findings


def load(root):
    names = subprocess.run(["git", "-C", str(root), "ls-files", "-z"], check=True,
                           capture_output=True).stdout.decode().split("\0")
    return {name: (root / name).read_text(encoding="utf-8", errors="replace")
            for name in names if name.endswith(SUFFIXES) and (root / name).is_file()}


def main():
    files = load(pathlib.Path(__file__).resolve().parents[2])
    findings = check(files, ALLOWANCES)
    for finding in findings:
        print(finding)
    print(f"{len(files)} files, {len(findings)} findings")
    return 1 if findings or len(files) < 100 else 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env bash
# Every C++ file is as clang-format 19 writes it; says where one is not. Ctest runs it as `format`.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/../.."
git ls-files -z '*.h' '*.cpp' |
  xargs -0 -n 40 -P 2 clang-format-19 --dry-run -Werror

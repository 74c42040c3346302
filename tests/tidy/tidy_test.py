#!/usr/bin/python3
"""Every rule finds what is planted for it, at its line, and leaves good code alone."""

import unittest

from tidy import check

GOOD = {
    "libs/sql/good.h": "// What it is.\n#pragma once\n#include \"libs/base/result.h\"\n",
    "services/ticket/main.cpp": "int main() { std::printf(\"hello\"); }\n",
    "services/ticket/domain/good.cpp":
        "// sleep( and throw are words here.\nconst char* kText = \"throw std::system(\";\n"
        "char pattern[] = \"/tmp/test-XXXXXX\";\nint k = 1'000;\n",
    "services/ticket/app/good.cpp": "#include \"services/ticket/wire/events.h\"\n",
    "services/ticket/app/good_test.cpp": "#include \"muara/ticket/v1/facts.pb.h\"\n",
    "services/ticket/wire/good.cpp": "#include \"libs/rpc/timestamp.h\"\n",
    "services/channels/email/app/good.cpp": "#include \"muara/connector/v1/intake.pb.h\"\n",
}

# (rule, path, text, line)
PLANTED = [
    ("rooms", "services/ticket/domain/x.cpp", '\n#include "libs/sql/database.h"\n', 2),
    ("rooms", "services/ticket/domain/x.cpp", '#include "services/ticket/store/tickets.h"\n', 1),
    ("rooms", "services/ticket/store/x.cpp", '#include "muara/ticket/v1/ticket.pb.h"\n', 1),
    ("rooms", "services/ticket/store/x.cpp", '#include "services/ticket/wire/events.h"\n', 1),
    ("rooms", "services/ticket/wire/x.cpp", '#include "services/ticket/store/tickets.h"\n', 1),
    ("rooms", "services/ticket/wire/x.cpp", '#include "libs/rpc/server.h"\n', 1),
    ("rooms", "services/ticket/app/x.cpp", '#include "muara/ticket/v1/ticket.pb.h"\n', 1),
    ("rooms", "services/ticket/app/x.cpp", '#include "services/ticket/wire/tickets.h"\n', 1),
    ("rooms", "services/ticket/app/x.cpp", '#include "services/ticket/rpc/serve.h"\n', 1),
    ("rooms", "services/ticket/app/x.cpp", '#include "libs/rpc/client.h"\n', 1),
    ("rooms", "services/ticket/rpc/x.cpp", '#include "services/ticket/store/tickets.h"\n', 1),
    ("rooms", "services/ticket/events/x.cpp", '#include "services/ticket/rpc/serve.h"\n', 1),
    ("rooms", "services/ticket/attic/x.cpp", '#include "libs/base/id.h"\n', 1),
    ("rooms", "services/ticket/main.cpp", '#include "services/routing/app/work.h"\n', 1),
    ("rooms", "services/ticket/app/x_test.cpp", '#include "services/routing/app/work.h"\n', 1),
    ("rooms", "services/ticket/app/x.cpp", '#include "libs/testing/servers.h"\n', 1),
    ("rooms", "libs/base/x.cpp", '#include "libs/log/log.h"\n', 1),
    ("rooms", "libs/sql/x.cpp", '#include "libs/bus/claim.h"\n', 1),
    ("rooms", "libs/http/x.cpp", '#include "libs/rpc/server.h"\n', 1),
    ("rooms", "libs/sql/x.cpp", '#include "muara/ticket/v1/ticket.pb.h"\n', 1),
    ("rooms", "libs/service/x.cpp", '#include "services/ticket/app/tickets.h"\n', 1),
    ("grpc", "services/ticket/rpc/x.cpp", "\n\n#include <grpcpp/server.h>\n", 3),
    ("hiredis", "services/gateway/app/x.cpp", "#include <hiredis/hiredis.h>\n", 1),
    ("boost", "services/gateway/http/x.cpp", "#include <boost/beast/http.hpp>\n", 1),
    ("boost", "libs/http/x.h", "// X.\n#pragma once\n#include <boost/asio.hpp>\n", 3),
    ("size", "libs/base/x.cpp", "\n" * 401, 401),
    ("size", "services/ticket/main.cpp", "\n" * 61, 61),
    ("function", "libs/base/x.cpp",
     "namespace a {\nint F(int b,\n      int c) {\n" + "  if (b) { c++; }\n" * 60 + "}\n}\n", 2),
    ("function", "libs/base/x.h",
     "// X.\n#pragma once\nclass A {\n public:\n  void F() {\n" + "    g();\n" * 60 + "  }\n};\n", 5),
    ("header", "libs/base/x.h", "#pragma once\n", 1),
    ("header", "libs/base/x.h", "// X.\nint x;\n", 1),
    ("banned", "libs/base/x.cpp", "\nvoid F() { std::this_thread::sleep_for(x); }\n", 2),
    ("banned", "libs/base/x_test.cpp", "void F() { usleep(1); }\n", 1),
    ("banned", "libs/base/x_test.cpp", "void F() { sleep(1); }\n", 1),
    ("banned", "libs/base/x.cpp", "int F() { return std::system(x); }\n", 1),
    ("banned", "libs/base/x.cpp", "std::regex pattern;\n", 1),
    ("banned", "libs/base/x.cpp", "using namespace std;\n", 1),
    ("banned", "libs/base/x.cpp", "void F() { throw 1; }\n", 1),
    ("banned", "libs/base/x_test.cpp", "TEST(A, B) { GTEST_SKIP(); }\n", 1),
    ("banned", "libs/base/x_test.cpp", "TEST(A, DISABLED_B) {}\n", 1),
    ("print", "libs/base/x.cpp", "void F() { std::cout << 1; }\n", 1),
    ("print", "libs/base/x.cpp", "void F() { printf(x); }\n", 1),
    ("marker", "libs/base/x.cpp", "\n// TO" + "DO: later\n", 2),
    ("marker", "deploy/x.md", "FIX" + "ME\n", 1),
    ("cast", "services/ticket/store/x.cpp", 'auto a = "SELECT $1::text";\n', 1),
    ("cast", "services/ticket/store/x.cpp", '\nauto a = R"(SELECT\nx::BIGINT)";\n', 2),
    ("names", "libs/base/string_util.h", "// X.\n#pragma once\n", 1),
    ("names", "services/common/x.cpp", "", 1),
    ("names", "libs/base/test-helpers.py", "", 1),
]


class TidyTest(unittest.TestCase):
    def test_good_code_passes(self):
        self.assertEqual(check(GOOD), [])

    def test_every_planted_violation_is_found_at_its_line(self):
        for rule, path, text, line in PLANTED:
            with self.subTest(rule=rule, path=path, text=text[:60]):
                findings = check({path: text})
                prefix = f"{path}:{line}: [{rule}] "
                self.assertTrue(any(one.startswith(prefix) for one in findings), findings)

    def test_every_rule_has_a_planted_violation(self):
        from rules import RULES
        self.assertEqual({rule for rule, _, _, _ in PLANTED}, set(RULES))

    def test_a_fifth_file_with_boost_is_found(self):
        files = {f"libs/http/{name}.cpp": "#include <boost/beast.hpp>\n" for name in "abcd"}
        self.assertEqual(check(files), [])
        files["libs/http/e.cpp"] = "#include <boost/asio.hpp>\n"
        self.assertTrue(check(files)[0].startswith("libs/http/e.cpp:1: [boost]"))

    def test_an_allowance_lets_one_file_through_and_is_missed_when_it_is_idle(self):
        planted = {"libs/base/x.cpp": "void F() { throw 1; }\n"}
        allowance = ("banned", "libs/base/x.cpp", "a reason")
        self.assertEqual(check(planted, [allowance]), [])
        self.assertTrue("needs no allowance" in check(GOOD, [allowance])[0])

    def test_a_function_of_sixty_lines_passes(self):
        text = "int F() {\n" + "  g();\n" * 58 + "}\n"
        self.assertEqual(check({"libs/base/x.cpp": text}), [])


if __name__ == "__main__":
    unittest.main()

#include "libs/http/message.h"

#include <gtest/gtest.h>

#include "libs/http/problem.h"
#include "libs/http/router.h"
#include "libs/log/trace.h"

namespace muara::http {
namespace {

TEST(Headers, CompareWithoutCaseAndKeepOrder) {
  Headers headers;
  headers.Add("Accept", "a");
  headers.Add("ACCEPT", "b");
  EXPECT_EQ(headers.Get("accept"), "a");
  headers.Set("accept", "c");
  EXPECT_EQ(headers.all().size(), 1u);
  EXPECT_FALSE(headers.Has("Acceptable"));
}

TEST(Target, IsSplitAndItsQueryDecoded) {
  Request request;
  ASSERT_TRUE(ParseTarget("/v1/a%2Fb?q=a+b%26c&&flag&q=2#x", request).ok());
  EXPECT_EQ(request.path, "/v1/a%2Fb");
  EXPECT_EQ(request.query, (Pairs{{"q", "a b&c"}, {"flag", ""}, {"q", "2"}}));
  EXPECT_EQ(request.Query("q"), "a b&c");
}

TEST(Target, RefusesWhatIsMalformed) {
  for (const char* target :
       {"", "v1", "*", "http://x/", "/a%", "/a%4", "/a%zz", "/a%00", "/?a=%f"}) {
    Request request;
    EXPECT_FALSE(ParseTarget(target, request).ok()) << target;
  }
  Request request;
  std::string many = "/?";
  for (int i = 0; i < 201; ++i) many += "a=1&";
  EXPECT_FALSE(ParseTarget(many, request).ok());
}

TEST(RemoteIp, BelievesOnlyTrustedProxiesAndOnlyTheirOwnWord) {
  Headers headers;
  headers.Add("X-Forwarded-For", "6.6.6.6, 10.0.0.9");
  EXPECT_EQ(RemoteIp("1.2.3.4", headers, {"127.0.0.1"}), "1.2.3.4");
  EXPECT_EQ(RemoteIp("127.0.0.1", headers, {"127.0.0.1"}), "10.0.0.9");
  EXPECT_EQ(RemoteIp("127.0.0.1", {}, {"127.0.0.1"}), "127.0.0.1");
}

TEST(Problem, NamesReasonFieldsAndTrace) {
  const trace::Scope scope(
      trace::FromTraceparent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"));
  Error error = InvalidFields({{"subject", "is \"too\" long"}});
  error.retry_after_ms = 1500;
  const Response response = ProblemResponse(error);
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(response.headers.Get("Content-Type"), "application/problem+json");
  EXPECT_EQ(response.headers.Get("Retry-After"), "2");
  EXPECT_EQ(response.body, R"({"type":"about:blank","title":"Bad Request","status":400,)"
                           R"("detail":"subject: is \"too\" long","reason":"INVALID_FIELDS",)"
                           R"("violations":[{"field":"subject","description":"is \"too\" long"}],)"
                           R"("trace_id":"4bf92f3577b34da6a3ce929d0e0e4736"})");
}

TEST(Problem, KeepsInternalDetailsToItself) {
  const Response response =
      ProblemResponse(MakeError(Code::kInternal, "SQL", "table secrets is missing"));
  EXPECT_EQ(response.status, 500);
  EXPECT_EQ(response.body.find("secrets"), std::string::npos);
}

TEST(Problem, IsAlwaysUtf8) {
  const Response response =
      ProblemResponse(MakeError(Code::kNotFound, "NONE", "caf\xc3\xa9 \xff\xc3"));
  EXPECT_NE(response.body.find("caf\xc3\xa9 ??"), std::string::npos);
}

TEST(Router, PrefersTheExactThenTheLongest) {
  Router router;
  const auto tagged = [](int status) {
    return Handler([status](const Request&) { return TextResponse(status, ""); });
  };
  router.Add("GET", "/a/*", tagged(1));
  router.Add("GET", "/a/b/*", tagged(2));
  router.Add("GET", "/a/b/c", tagged(3));
  router.Add("POST", "/a/b/c", tagged(4));
  const auto status = [&](const char* method, const char* path) {
    const Router::Match match = router.Find(method, path);
    return match.route == nullptr ? 0 : std::get<Handler>(match.route->target)({}).status;
  };
  EXPECT_EQ(status("GET", "/a/x"), 1);
  EXPECT_EQ(status("GET", "/a/b/x"), 2);
  EXPECT_EQ(status("HEAD", "/a/b/c"), 3);
  EXPECT_EQ(status("POST", "/a/b/c"), 4);
  EXPECT_EQ(status("GET", "/a"), 0);
  EXPECT_EQ(router.Find("DELETE", "/a/b/c").allow, "GET, HEAD, POST");
  EXPECT_EQ(router.Find("GET", "/z").allow, "");
  router.SetRest(tagged(9));
  EXPECT_EQ(status("GET", "/z"), 9);
  EXPECT_EQ(status("DELETE", "/a/b/c"), 0);
}

}  // namespace
}  // namespace muara::http

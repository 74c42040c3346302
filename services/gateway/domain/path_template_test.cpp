#include "services/gateway/domain/path_template.h"

#include <gtest/gtest.h>

namespace muara::gateway {
namespace {

std::optional<Captures> Match(const char* text, const char* path) {
  const auto parsed = PathTemplate::Parse(text);
  EXPECT_TRUE(parsed.ok()) << text;
  return parsed->Match(path);
}

TEST(PathTemplate, CapturesSegmentsAndVerbs) {
  EXPECT_EQ(Match("/v1/tickets/{id}", "/v1/tickets/7"), (Captures{{"id", "7"}}));
  EXPECT_EQ(Match("/v1/tickets/{id}:reply", "/v1/tickets/7:reply"), (Captures{{"id", "7"}}));
  EXPECT_EQ(Match("/v1/tickets/{id}/notes/{note.id}", "/v1/tickets/7/notes/8"),
            (Captures{{"id", "7"}, {"note.id", "8"}}));
  EXPECT_EQ(Match("/v1/me:leave", "/v1/me:leave"), Captures{});
}

TEST(PathTemplate, CapturesPatternsOfSeveralSegments) {
  EXPECT_EQ(Match("/v1/{name=a/*}", "/v1/a/x"), (Captures{{"name", "a/x"}}));
  EXPECT_EQ(Match("/v1/{name=a/**}:go", "/v1/a/x/y:go"), (Captures{{"name", "a/x/y"}}));
  EXPECT_EQ(Match("/v1/{name=a/*/b/*}", "/v1/a/x/c/y"), std::nullopt);
  EXPECT_EQ(Match("/v1/*/x", "/v1/anything/x"), Captures{});
}

TEST(PathTemplate, DecodesWithoutSplitting) {
  EXPECT_EQ(Match("/v1/a/{id}", "/v1/a/x%2Fy%3Az"), (Captures{{"id", "x/y:z"}}));
  EXPECT_EQ(Match("/v1/a/{id}", "/v1/a/x/y"), std::nullopt);
  EXPECT_EQ(Match("/v1/a/{id}", "/v1/a/%zz"), std::nullopt);
}

TEST(PathTemplate, DoesNotMatchWhatIsOther) {
  for (const char* path : {"", "/", "/v1/tickets", "/v1/tickets/", "/v1/tickets/7/", "/v1/x/7",
                           "/v1/tickets/7/8", "v1/tickets/7", "//v1/tickets/7"}) {
    EXPECT_EQ(Match("/v1/tickets/{id}", path), std::nullopt) << path;
  }
  for (const char* path : {"/v1/tickets/7", "/v1/tickets/7reply", "/v1/tickets/:reply", ":reply"}) {
    EXPECT_EQ(Match("/v1/tickets/{id}:reply", path), std::nullopt) << path;
  }
}

TEST(PathTemplate, IsWrittenAsOpenApiDoes) {
  EXPECT_EQ(PathTemplate::Parse("/v1/{name=a/*/b/*}:go")->Pattern(), "/v1/{name}:go");
  EXPECT_EQ(PathTemplate::Parse("/v1/t/{id}")->Pattern(), "/v1/t/{id}");
  EXPECT_EQ(PathTemplate::Parse("/v1/t/{id}:x")->literals(), 3);
}

TEST(PathTemplate, RefusesWhatItCannotRead) {
  for (const char* text : {"", "/", "v1", "/v1//x", "/v1/{", "/v1/{}", "/v1/{a", "/v1/{a=**}/x",
                           "/v1/a:", "/v1/{a={b}}", "/v1/a*"}) {
    EXPECT_FALSE(PathTemplate::Parse(text).ok()) << text;
  }
}

}  // namespace
}  // namespace muara::gateway

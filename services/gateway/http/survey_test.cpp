#include "services/gateway/http/gateway_fixture.h"
#include "services/gateway/http/survey_texts.h"

namespace muara::gateway {
namespace {

using testing::HttpAnswer;

constexpr const char* kForm = "Content-Type: application/x-www-form-urlencoded\r\n";

class SurveyTest : public GatewayFixture {};

TEST_F(SurveyTest, ShowsAFormAndLookingNeverCounts) {
  const HttpAnswer page = Call("GET", "/s/good-token?score=4", "");
  EXPECT_EQ(page.status, 200);
  EXPECT_NE(page.body.find("<html lang=\"id\">"), std::string::npos);
  EXPECT_NE(page.body.find("value=\"4\" required checked"), std::string::npos);
  EXPECT_NE(page.body.find("data-send"), std::string::npos);
  EXPECT_NE(page.body.find("MU-&lt;7&gt;"), std::string::npos);
  EXPECT_EQ(owners_["feedback"]->score(), 0);
  EXPECT_EQ(Call("HEAD", "/s/good-token?score=4", "").status, 200);
  EXPECT_EQ(owners_["feedback"]->score(), 0);
  const std::string& policy = page.headers.at("content-security-policy");
  EXPECT_NE(policy.find("default-src 'none'; script-src 'self'"), std::string::npos);
  EXPECT_EQ(page.body.find("<script>"), std::string::npos);
}

TEST_F(SurveyTest, SendsAtOnceOnlyAScoreThatFits) {
  for (const char* query : {"", "?score=9", "?score=0", "?score=x", "?score="}) {
    const HttpAnswer page = Call("GET", std::string("/s/good-token") + query, "");
    EXPECT_EQ(page.status, 200);
    EXPECT_EQ(page.body.find("data-send"), std::string::npos) << query;
  }
}

TEST_F(SurveyTest, CountsTheFormAndThanks) {
  const HttpAnswer answered =
      Call("POST", "/s/good-token?score=4", "", "score=5&comment=baik+sekali", kForm);
  EXPECT_EQ(answered.status, 303);
  EXPECT_EQ(answered.headers.at("location"), "/s/good-token");
  EXPECT_EQ(owners_["feedback"]->last_request(),
            R"(token: "good-token" score: 5 comment: "baik sekali")");
  EXPECT_EQ(owners_["feedback"]->last_principal().subject, "public");
  const HttpAnswer page = Call("GET", "/s/good-token?score=1", "", "", "Accept-Language: en\r\n");
  EXPECT_NE(page.body.find("Thank you"), std::string::npos);
  EXPECT_EQ(page.body.find("data-send"), std::string::npos);
}

TEST_F(SurveyTest, SaysWhatIsWrongWithALink) {
  EXPECT_EQ(Call("GET", "/s/other-token", "").status, 404);
  EXPECT_EQ(Call("GET", "/s/", "").status, 404);
  EXPECT_EQ(Call("GET", "/s/a/b", "").status, 404);
  EXPECT_EQ(Call("GET", "/s/%ff", "").status, 404);
  EXPECT_EQ(Call("GET", "/s/old-token", "").status, 410);
  EXPECT_EQ(Call("POST", "/s/good-token", "", "{}").status, 415);
  EXPECT_EQ(Call("PUT", "/s/good-token", "", "{}").status, 405);
  owners_["feedback"]->Stop();
  EXPECT_EQ(Call("GET", "/s/good-token", "").status, 503);
}

TEST_F(SurveyTest, LimitsAnswersFromOneAddress) {
  int refused = 0;
  for (int i = 0; i < 35; ++i) {
    refused += Call("POST", "/s/good-token", "", "score=5", kForm).status == 429 ? 1 : 0;
  }
  EXPECT_EQ(refused, 5);
}

TEST_F(SurveyTest, ServesItsScriptAndStyle) {
  const HttpAnswer script = Call("GET", "/static/survey.js", "");
  EXPECT_EQ(script.headers.at("content-type"), "text/javascript; charset=utf-8");
  EXPECT_NE(script.body.find("data-send"), std::string::npos);
  EXPECT_EQ(Call("GET", "/static/survey.css", "").status, 200);
}

TEST(SurveyTexts, FollowTheReadersLanguage) {
  const auto language = [](const char* accept, const char* fallback) {
    return std::string(TextsFor(accept, fallback).language);
  };
  EXPECT_EQ(language("en-GB,id;q=0.5", "id"), "en");
  EXPECT_EQ(language("fr, id-ID;q=0.8, en;q=0.5", "en"), "id");
  EXPECT_EQ(language("fr", "en"), "en");
  EXPECT_EQ(language("", ""), "id");
}

}  // namespace
}  // namespace muara::gateway

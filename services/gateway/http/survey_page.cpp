#include "services/gateway/http/survey_page.h"

#include <charconv>

#include "libs/http/problem.h"
#include "services/gateway/http/survey_texts.h"

namespace muara::gateway {
namespace {

using feedback::v1::AnswerSurveyRequest;
using feedback::v1::GetSurveyByTokenRequest;
using feedback::v1::PublicSurvey;

constexpr std::string_view kPrefix = "/s/";
constexpr size_t kTokenBytesMax = 500;
constexpr size_t kCommentBytesMax = 4096;
constexpr size_t kFormBytesMax = 16 * 1024;
constexpr int kScoresMax = 11;         // NPS has 0 to 10
constexpr int kAnswersPerMinute = 30;  // from one address; an office shares one

constexpr const char* kPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'";

// Sends the form once, and only where the link carried a score.
constexpr const char* kScript = R"js('use strict';
(function () {
  var form = document.querySelector('form[data-send]');
  if (!form) return;
  var chosen = form.querySelector('input[name=score]:checked');
  if (!chosen) return;
  var note = document.getElementById('sending');
  if (note) note.hidden = false;
  form.submit();
})();
)js";

constexpr const char* kStyle = R"css(:root { color-scheme: light dark; }
body { font: 1.125rem/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 36rem; padding: 2rem 1rem; }
fieldset { border: 0; margin: 0 0 1.5rem; min-width: 0; padding: 0; width: fit-content; }
legend { font-size: 1.25rem; font-weight: 600; margin-bottom: 1rem; padding: 0; }
.scores { display: flex; flex-wrap: wrap; gap: .5rem; }
.scores label { align-items: center; border: 2px solid currentColor; border-radius: .5rem; cursor: pointer; display: flex; gap: .5rem; min-height: 2.75rem; min-width: 2.75rem; padding: 0 .75rem; }
.scores label:focus-within { outline: 3px solid Highlight; outline-offset: 2px; }
.ends { display: flex; font-size: .9rem; justify-content: space-between; margin: .5rem 0 0; }
textarea { box-sizing: border-box; display: block; font: inherit; margin-top: .25rem; min-height: 6rem; padding: .5rem; width: 100%; }
button { background: #0b57d0; border: 0; border-radius: .5rem; color: #fff; cursor: pointer; font: inherit; font-weight: 600; margin-top: 1rem; min-height: 2.75rem; padding: .5rem 1.5rem; }
button:focus-visible { outline: 3px solid Highlight; outline-offset: 2px; }
)css";

std::string Escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

http::Response Page(int status, const SurveyTexts& texts, const std::string& inside) {
  http::Response response{.status = status, .headers = {}, .body = ""};
  response.body = std::string("<!doctype html>\n<html lang=\"") + texts.language +
                  "\">\n<head>\n<meta charset=\"utf-8\">\n"
                  "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                  "<meta name=\"robots\" content=\"noindex\">\n<title>" +
                  texts.title +
                  "</title>\n<link rel=\"stylesheet\" href=\"/static/survey.css\">\n"
                  "<script src=\"/static/survey.js\" defer></script>\n</head>\n<body>\n<main>\n" +
                  inside + "</main>\n</body>\n</html>\n";
  response.headers.Set("Content-Type", "text/html; charset=utf-8");
  response.headers.Set("Content-Security-Policy", kPolicy);
  response.headers.Set("Content-Language", texts.language);
  response.headers.Set("Vary", "Accept-Language");
  response.headers.Set("Cache-Control", "no-store");
  response.headers.Set("X-Robots-Tag", "noindex");
  return response;
}

std::string Paragraph(const char* role, const char* text) {
  return std::string("<p role=\"") + role + "\">" + text + "</p>\n";
}

std::string Scores(const PublicSurvey& survey, const SurveyTexts& texts, int chosen) {
  std::string html =
      std::string("<fieldset>\n<legend>") + texts.question + "</legend>\n<div class=\"scores\">\n";
  const int last = std::min(survey.maximum(), survey.minimum() + kScoresMax - 1);
  for (int score = survey.minimum(); score <= last; ++score) {
    const std::string number = std::to_string(score);
    html += "<label><input type=\"radio\" name=\"score\" value=\"" + number + "\" required" +
            (score == chosen ? " checked" : "") + "> " + number + "</label>\n";
  }
  return html + "</div>\n<p class=\"ends\"><span>" + std::to_string(survey.minimum()) + " = " +
         texts.lowest + "</span> <span>" + std::to_string(last) + " = " + texts.highest +
         "</span></p>\n</fieldset>\n";
}

enum class Send { kByHand, kAtOnce };

std::string Form(const PublicSurvey& survey, const SurveyTexts& texts, int chosen, Send send) {
  std::string html = "<h1>" + std::string(texts.title) + "</h1>\n";
  if (!survey.ticket_reference().empty()) {
    html += std::string("<p>") + texts.number + " " + Escaped(survey.ticket_reference()) + "</p>\n";
  }
  if (survey.state() == "ANSWERED") {
    html += Paragraph("status", texts.thanks) + "<p>" + texts.change + "</p>\n";
  }
  html += std::string("<p id=\"sending\" role=\"status\" hidden>") + texts.sending + "</p>\n";
  html += std::string("<form method=\"post\"") + (send == Send::kAtOnce ? " data-send" : "") +
          ">\n" + Scores(survey, texts, chosen) + "<label>" + texts.comment +
          "\n<textarea name=\"comment\" maxlength=\"1000\"></textarea>" +
          "</label>\n<button type=\"submit\">" + texts.send + "</button>\n</form>\n";
  return html;
}

int ScoreOf(std::string_view text) {
  int score = -1;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), score);
  return error == std::errc() && stop == text.data() + text.size() ? score : -1;
}

// Of the page's own path; empty where it cannot be a token.
std::string TokenOf(const http::Request& request) {
  const std::string_view text = std::string_view(request.path).substr(kPrefix.size());
  if (text.empty() || text.size() > kTokenBytesMax || text.find('/') != text.npos) return "";
  const auto token = http::PercentDecode(text, http::Plus::kIsPlus);
  // What is not plain text was never a token of ours.
  for (const char c : token.value_or("\x01")) {
    if (c <= ' ' || c > '~') return "";
  }
  return *token;
}

http::Response ErrorPage(const http::Request& request, const Error& error) {
  const SurveyTexts& texts = TextsFor(request.headers.Get("Accept-Language"), "");
  const int status = http::HttpStatus(error.code);
  if (error.reason == "SURVEY_EXPIRED") return Page(410, texts, Paragraph("status", texts.expired));
  if (status == 429 || status >= 500) return Page(status, texts, Paragraph("alert", texts.later));
  return Page(404, texts, Paragraph("alert", texts.unknown));
}

Error Unknown() { return MakeError(Code::kNotFound, "NO_SUCH_SURVEY", "the link is unknown"); }

http::Response Asset(const char* type, const char* body) {
  http::Response response{.status = 200, .headers = {}, .body = body};
  response.headers.Set("Content-Type", type);
  response.headers.Set("Cache-Control", "public, max-age=3600");
  return response;
}

}  // namespace

SurveyPage::SurveyPage(const Backends& backends, const Clock& clock)
    : backends_(backends), clock_(clock), per_address_(kAnswersPerMinute) {}

http::Response SurveyPage::Show(const http::Request& request) const {
  GetSurveyByTokenRequest question;
  question.set_token(TokenOf(request));
  if (question.token().empty()) return ErrorPage(request, Unknown());
  PublicSurvey survey;
  const Status found =
      backends_.Call("muara.feedback.v1.Surveys/GetSurveyByToken", question, &survey, Anyone());
  if (!found.ok()) return ErrorPage(request, found.error());
  const SurveyTexts& texts = TextsFor(request.headers.Get("Accept-Language"), survey.language());
  if (survey.state() == "EXPIRED") return Page(410, texts, Paragraph("status", texts.expired));
  const int asked = ScoreOf(request.Query("score"));
  const bool fits = asked >= survey.minimum() && asked <= survey.maximum();
  const bool answered = survey.state() == "ANSWERED";
  // An answered survey is sent again by hand only: going back in the browser changes nothing.
  return Page(200, texts,
              Form(survey, texts, fits ? asked : (answered ? survey.score() : -1),
                   fits && !answered ? Send::kAtOnce : Send::kByHand));
}

http::Response SurveyPage::Answer(const http::Request& request) {
  if (!per_address_.Take(request.remote_ip, clock_.Now())) {
    return ErrorPage(request, MakeError(Code::kResourceExhausted, "TOO_MANY_ANSWERS", ""));
  }
  if (!request.headers.Get("Content-Type").starts_with("application/x-www-form-urlencoded")) {
    return http::ProblemResponse(415, "NOT_A_FORM", "this page takes its own form only");
  }
  AnswerSurveyRequest answer;
  answer.set_token(TokenOf(request));
  const auto form =
      request.body.size() <= kFormBytesMax ? http::ParseForm(request.body) : std::nullopt;
  if (answer.token().empty() || !form) return ErrorPage(request, Unknown());
  for (const auto& [name, value] : *form) {
    if (name == "score") answer.set_score(ScoreOf(value));
    if (name == "comment") answer.set_comment(value.substr(0, kCommentBytesMax));
  }
  PublicSurvey survey;
  const Status counted =
      backends_.Call("muara.feedback.v1.Surveys/AnswerSurvey", answer, &survey, Anyone());
  if (!counted.ok()) return ErrorPage(request, counted.error());
  // To the page itself, so that reloading sends nothing again.
  http::Response response{.status = 303, .headers = {}, .body = ""};
  response.headers.Set("Location", request.path);
  response.headers.Set("Cache-Control", "no-store");
  return response;
}

http::Response SurveyScript() { return Asset("text/javascript; charset=utf-8", kScript); }
http::Response SurveyStyle() { return Asset("text/css; charset=utf-8", kStyle); }

}  // namespace muara::gateway

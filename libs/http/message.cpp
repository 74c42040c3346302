#include "libs/http/message.h"

#include <algorithm>

namespace muara::http {
namespace {

constexpr size_t kPairsMax = 200;

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

int HexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = Lower(c);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

std::string_view Trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

}  // namespace

bool EqualWithoutCase(std::string_view a, std::string_view b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(),
                                            [](char x, char y) { return Lower(x) == Lower(y); });
}

void Headers::Add(std::string name, std::string value) {
  all_.emplace_back(std::move(name), std::move(value));
}

void Headers::Set(std::string name, std::string value) {
  std::erase_if(all_, [&](const auto& pair) { return EqualWithoutCase(pair.first, name); });
  Add(std::move(name), std::move(value));
}

std::string_view Headers::Get(std::string_view name) const {
  for (const auto& [key, value] : all_) {
    if (EqualWithoutCase(key, name)) return value;
  }
  return {};
}

bool Headers::Has(std::string_view name) const {
  return std::any_of(all_.begin(), all_.end(),
                     [&](const auto& pair) { return EqualWithoutCase(pair.first, name); });
}

std::string_view Request::Query(std::string_view name) const {
  for (const auto& [key, value] : query) {
    if (key == name) return value;
  }
  return {};
}

Response TextResponse(int status, std::string body) {
  Response response{.status = status, .headers = {}, .body = std::move(body)};
  response.headers.Set("Content-Type", "text/plain; charset=utf-8");
  return response;
}

Response JsonResponse(int status, std::string body) {
  Response response{.status = status, .headers = {}, .body = std::move(body)};
  response.headers.Set("Content-Type", "application/json");
  return response;
}

std::optional<std::string> PercentDecode(std::string_view text, Plus plus) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && plus == Plus::kIsSpace) {
      out += ' ';
    } else if (text[i] != '%') {
      out += text[i];
    } else {
      if (i + 2 >= text.size()) return std::nullopt;
      const int high = HexValue(text[i + 1]);
      const int low = HexValue(text[i + 2]);
      if (high < 0 || low < 0 || high + low == 0) return std::nullopt;
      out += static_cast<char>(high * 16 + low);
      i += 2;
    }
  }
  return out;
}

std::optional<Pairs> ParseForm(std::string_view text) {
  Pairs pairs;
  while (!text.empty()) {
    const std::string_view piece = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(piece.size() + 1, text.size()));
    if (piece.empty()) continue;
    if (pairs.size() == kPairsMax) return std::nullopt;
    const size_t equals = piece.find('=');
    auto name = PercentDecode(piece.substr(0, equals), Plus::kIsSpace);
    auto value = PercentDecode(
        equals == std::string_view::npos ? std::string_view() : piece.substr(equals + 1),
        Plus::kIsSpace);
    if (!name || !value) return std::nullopt;
    pairs.emplace_back(std::move(*name), std::move(*value));
  }
  return pairs;
}

Status ParseTarget(std::string_view target, Request& request) {
  const auto malformed = [] {
    return MakeError(Code::kInvalidArgument, "MALFORMED_TARGET", "the request target is malformed");
  };
  target = target.substr(0, target.find('#'));
  const size_t question = target.find('?');
  const std::string_view path = target.substr(0, question);
  if (path.empty() || path.front() != '/') return malformed();
  if (!PercentDecode(path, Plus::kIsPlus)) return malformed();
  request.path = path;
  if (question == std::string_view::npos) return Ok();
  auto query = ParseForm(target.substr(question + 1));
  if (!query) return malformed();
  request.query = std::move(*query);
  return Ok();
}

std::string RemoteIp(const std::string& peer_ip, const Headers& headers,
                     const std::vector<std::string>& trusted_proxies) {
  if (std::find(trusted_proxies.begin(), trusted_proxies.end(), peer_ip) == trusted_proxies.end()) {
    return peer_ip;
  }
  // The nearest proxy appends, so only the last entry of the last header is its own word.
  std::string_view chain;
  for (const auto& [name, value] : headers.all()) {
    if (EqualWithoutCase(name, "X-Forwarded-For")) chain = value;
  }
  const size_t comma = chain.rfind(',');
  const std::string_view last = Trim(comma == chain.npos ? chain : chain.substr(comma + 1));
  return last.empty() || last.size() > 45 ? peer_ip : std::string(last);
}

}  // namespace muara::http

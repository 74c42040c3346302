#include "services/gateway/domain/path_template.h"

#include <algorithm>

namespace muara::gateway {
namespace {

constexpr size_t kSegmentsMax = 32;

Error Malformed(std::string_view text) {
  return MakeError(Code::kInternal, "BAD_PATH_TEMPLATE",
                   "not a path template: " + std::string(text));
}

int HexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

// "%2F" to "/": a captured id may hold anything, but a slash in it never splits a segment.
std::optional<std::string> Decode(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    if (i + 2 >= text.size()) return std::nullopt;
    const int high = HexValue(text[i + 1]);
    const int low = HexValue(text[i + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return out;
}

// Splits at `separator`, but not inside braces.
std::vector<std::string_view> Split(std::string_view text, char separator) {
  std::vector<std::string_view> pieces;
  size_t begin = 0;
  int depth = 0;
  for (size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size() && text[i] == '{') ++depth;
    if (i < text.size() && text[i] == '}') --depth;
    if (i == text.size() || (text[i] == separator && depth == 0)) {
      pieces.push_back(text.substr(begin, i - begin));
      begin = i + 1;
    }
  }
  return pieces;
}

}  // namespace

Result<PathTemplate> PathTemplate::Parse(std::string_view text) {
  PathTemplate result;
  if (text.size() < 2 || text.front() != '/') return Malformed(text);
  std::string_view rest = text.substr(1);
  const size_t colon = rest.rfind(':');
  if (colon != rest.npos && rest.find_first_of("/}", colon) == rest.npos) {
    result.verb_ = rest.substr(colon + 1);
    rest = rest.substr(0, colon);
    if (result.verb_.empty()) return Malformed(text);
  }
  for (const std::string_view piece : Split(rest, '/')) {
    if (!result.ParseSegment(piece).ok()) return Malformed(text);
  }
  if (result.segments_.size() > kSegmentsMax) return Malformed(text);
  // "**" takes all that is left, so it can only be last.
  for (size_t i = 0; i + 1 < result.segments_.size(); ++i) {
    if (result.segments_[i].kind == Segment::Kind::kRest) return Malformed(text);
  }
  return result;
}

Status PathTemplate::ParseSegment(std::string_view text) {
  if (text.empty()) return Malformed(text);
  if (text.front() == '{') return ParseVariable(text);
  if (text == "*") {
    segments_.push_back({Segment::Kind::kOne, ""});
  } else if (text == "**") {
    segments_.push_back({Segment::Kind::kRest, ""});
  } else if (text.find_first_of("{}*=") != text.npos) {
    return Malformed(text);
  } else {
    segments_.push_back({Segment::Kind::kLiteral, std::string(text)});
  }
  return Ok();
}

Status PathTemplate::ParseVariable(std::string_view text) {
  if (text.size() < 3 || text.back() != '}') return Malformed(text);
  text = text.substr(1, text.size() - 2);
  const size_t equals = text.find('=');
  Variable variable{std::string(text.substr(0, equals)), segments_.size(), 0};
  if (variable.field.empty()) return Malformed(text);
  for (const std::string_view piece :
       Split(equals == text.npos ? std::string_view("*") : text.substr(equals + 1), '/')) {
    if (piece.empty() || piece.front() == '{') return Malformed(text);
    RETURN_IF_ERROR(ParseSegment(piece));
  }
  variable.end = segments_.size();
  variables_.push_back(std::move(variable));
  return Ok();
}

std::optional<Captures> PathTemplate::Match(std::string_view path) const {
  if (path.empty() || path.front() != '/') return std::nullopt;
  path.remove_prefix(1);
  if (!verb_.empty()) {
    // Without the colon, "/v1/a:b" would be an id that ends in ":b".
    if (path.size() <= verb_.size() + 1 || !path.ends_with(verb_)) return std::nullopt;
    if (path[path.size() - verb_.size() - 1] != ':') return std::nullopt;
    path.remove_suffix(verb_.size() + 1);
  }
  std::vector<std::string_view> pieces = Split(path, '/');
  const bool open_end = !segments_.empty() && segments_.back().kind == Segment::Kind::kRest;
  if (open_end ? pieces.size() < segments_.size() : pieces.size() != segments_.size()) {
    return std::nullopt;
  }
  for (size_t i = 0; i < segments_.size(); ++i) {
    if (pieces[i].empty()) return std::nullopt;
    if (segments_[i].kind == Segment::Kind::kLiteral && pieces[i] != segments_[i].literal) {
      return std::nullopt;
    }
  }
  Captures captures;
  for (const Variable& variable : variables_) {
    const size_t end = variable.end == segments_.size() ? pieces.size() : variable.end;
    std::string value;
    for (size_t i = variable.begin; i < end; ++i) {
      const auto decoded = Decode(pieces[i]);
      if (!decoded) return std::nullopt;
      if (i > variable.begin) value += '/';
      value += *decoded;
    }
    captures.emplace_back(variable.field, std::move(value));
  }
  return captures;
}

std::string PathTemplate::Pattern() const {
  std::string text;
  for (size_t i = 0; i < segments_.size(); ++i) {
    const auto variable =
        std::find_if(variables_.begin(), variables_.end(),
                     [&](const Variable& v) { return v.begin <= i && i < v.end; });
    if (variable == variables_.end()) {
      text += "/" + (segments_[i].kind == Segment::Kind::kLiteral ? segments_[i].literal : "*");
    } else if (variable->begin == i) {
      text += "/{" + variable->field + "}";
    }
  }
  return verb_.empty() ? text : text + ":" + verb_;
}

std::vector<std::string> PathTemplate::Variables() const {
  std::vector<std::string> fields;
  for (const Variable& variable : variables_) fields.push_back(variable.field);
  return fields;
}

int PathTemplate::literals() const {
  return static_cast<int>(
             std::count_if(segments_.begin(), segments_.end(),
                           [](const Segment& s) { return s.kind == Segment::Kind::kLiteral; })) +
         (verb_.empty() ? 0 : 1);
}

}  // namespace muara::gateway

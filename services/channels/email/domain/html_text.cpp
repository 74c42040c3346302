#include "services/channels/email/domain/html_text.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "libs/base/text.h"
#include "services/channels/email/domain/mail.h"

namespace muara::email {
namespace {

constexpr int kQuoteDepthMax = 5;
constexpr size_t kEntityMaxBytes = 12;
constexpr size_t kNone = std::string_view::npos;

constexpr std::array<std::pair<std::string_view, char32_t>, 20> kEntities = {{
    {"amp", '&'},       {"lt", '<'},       {"gt", '>'},       {"quot", '"'},     {"apos", '\''},
    {"nbsp", ' '},      {"copy", 0xA9},    {"reg", 0xAE},     {"ndash", 0x2013}, {"mdash", 0x2014},
    {"hellip", 0x2026}, {"lsquo", 0x2018}, {"rsquo", 0x2019}, {"ldquo", 0x201C}, {"rdquo", 0x201D},
    {"bull", 0x2022},   {"euro", 0x20AC},  {"middot", 0xB7},  {"trade", 0x2122}, {"shy", 0xAD},
}};

template <size_t kSize>
bool IsOneOf(std::string_view name, const std::array<std::string_view, kSize>& names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

constexpr std::array<std::string_view, 26> kBlocks = {
    "p",       "div",    "tr",         "table",   "ul",     "ol",     "h1",  "h2",  "h3",
    "h4",      "h5",     "h6",         "section", "header", "footer", "pre", "hr",  "dl",
    "article", "center", "blockquote", "form",    "tbody",  "dd",     "dt",  "body"};
constexpr std::array<std::string_view, 5> kUnseen = {"script", "style", "head", "title",
                                                     "template"};

class Converter {
 public:
  explicit Converter(std::string_view html) : html_(html) {}

  std::string Convert() {
    while (at_ < html_.size()) {
      const char c = html_[at_];
      if (c == '<' && ReadTag()) continue;
      if (c == '&' && ReadEntity()) continue;
      ++at_;
      AddCharacter(c);
    }
    return std::string(Trim(CutUtf8(out_, kTextMaxBytes)));
  }

 private:
  // False: the '<' is text.
  bool ReadTag() {
    if (html_.substr(at_).starts_with("<!--")) return SkipPast("-->");
    const bool closing = at_ + 1 < html_.size() && html_[at_ + 1] == '/';
    size_t name_end = at_ + 1 + (closing ? 1 : 0);
    const size_t name_start = name_end;
    while (name_end < html_.size() && std::isalnum(static_cast<uint8_t>(html_[name_end]))) {
      ++name_end;
    }
    const bool declaration = name_start < html_.size() && html_[name_start] == '!';
    if (name_end == name_start && !declaration) return false;
    const size_t end = TagEnd(name_end);
    if (end == kNone) return false;
    const std::string name =
        LowerAscii(html_.substr(name_start, std::min<size_t>(name_end - name_start, 16)));
    at_ = end + 1;
    if (name == "head" && open_head_) return true;
    if (!closing && IsOneOf(name, kUnseen)) return SkipElement(name);
    ApplyTag(name, closing ? Side::kClose : Side::kOpen);
    return true;
  }

  enum class Side { kOpen, kClose };

  void ApplyTag(const std::string& name, Side side) {
    if (name == "br") return AddLineBreak();
    if (name == "blockquote") {
      BreakBlock();
      quote_depth_ = std::max(0, quote_depth_ + (side == Side::kOpen ? 1 : -1));
      return;
    }
    if (name == "td" || name == "th") return AddCharacter(' ');
    if (name == "li" && side == Side::kOpen) {
      BreakBlock();
      for (const char c : {'-', ' '}) AddCharacter(c);
      return;
    }
    if (IsOneOf(name, kBlocks)) BreakBlock();
    if (name == "p" && side == Side::kClose) AddLineBreak();
    if (name == "pre") keep_spaces_ = side == Side::kOpen;
  }

  // The '>' that ends a tag, past quoted attribute values. Once quotes do not match up they are no
  // longer looked at, and once there is no '>' neither are tags, which keeps the whole linear.
  size_t TagEnd(size_t from) {
    if (!quotes_match_) return PlainTagEnd(from);
    size_t at = from;
    while (true) {
      at = html_.find_first_of("\"'>", at);
      if (at == kNone) break;
      if (html_[at] == '>') return at;
      at = html_.find(html_[at], at + 1);
      if (at == kNone) break;
      ++at;
    }
    quotes_match_ = false;
    return PlainTagEnd(from);
  }

  size_t PlainTagEnd(size_t from) {
    const size_t end = more_tags_ ? html_.find('>', from) : kNone;
    if (end == kNone) more_tags_ = false;
    return end;
  }

  bool SkipPast(std::string_view end) {
    const size_t found = html_.find(end, at_);
    at_ = found == kNone ? html_.size() : found + end.size();
    return true;
  }

  bool SkipElement(const std::string& name) {
    const std::string_view rest = html_.substr(at_);
    for (size_t i = rest.find("</"); i != kNone; i = rest.find("</", i + 2)) {
      if (!StartsWithNoCase(rest.substr(i + 2), name)) continue;
      at_ += i;
      return SkipPast(">");
    }
    // A head that is never closed must not swallow the mail; the others cannot hold text.
    if (name == "head") {
      open_head_ = true;
    } else {
      at_ = html_.size();
    }
    return true;
  }

  bool ReadEntity() {
    const std::string_view rest = html_.substr(at_ + 1, kEntityMaxBytes);
    const size_t end = rest.find(';');
    if (end == kNone || end == 0) return false;
    const std::string_view name = rest.substr(0, end);
    char32_t code_point = 0;
    for (const auto& [known, value] : kEntities) {
      if (name == known) code_point = value;
    }
    if (name[0] == '#') code_point = NumberOf(name.substr(1));
    if (code_point == 0) return false;
    at_ += 1 + end + 1;
    if (code_point == 0xA0) code_point = ' ';
    if (code_point < 0x80) {
      AddCharacter(static_cast<char>(code_point));
    } else {
      std::string utf8;
      AppendUtf8(code_point, utf8);
      for (const char c : utf8) AddCharacter(c);
    }
    return true;
  }

  static char32_t NumberOf(std::string_view digits) {
    const bool hex = !digits.empty() && (digits[0] == 'x' || digits[0] == 'X');
    if (hex) digits.remove_prefix(1);
    char32_t value = 0;
    for (const char c : digits) {
      if (std::isxdigit(static_cast<uint8_t>(c)) == 0) return 0;
      const int digit = c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
      if (!hex && digit > 9) return 0;
      value = value * (hex ? 16 : 10) + digit;
      if (value > 0x10FFFF) return 0;
    }
    return value;
  }

  void AddCharacter(char c) {
    const bool space = c == ' ' || c == '\t' || c == '\n' || c == '\r';
    if (space && keep_spaces_ && c == '\n') return AddLineBreak();
    if (space && !keep_spaces_) {
      pending_space_ = true;
      return;
    }
    if (out_.size() > kTextMaxBytes) return;
    if (at_line_start_) {
      for (int i = 0; i < std::min(quote_depth_, kQuoteDepthMax); ++i) out_ += "> ";
    } else if (pending_space_) {
      out_ += ' ';
    }
    pending_space_ = at_line_start_ = false;
    out_ += c;
  }

  void AddLineBreak() {
    // Three in a row say no more than two.
    if (!out_.ends_with("\n\n") && out_.size() <= kTextMaxBytes) out_ += '\n';
    at_line_start_ = true;
    pending_space_ = false;
  }
  void BreakBlock() {
    if (!at_line_start_) AddLineBreak();
  }

  std::string_view html_;
  size_t at_ = 0;
  std::string out_;
  int quote_depth_ = 0;
  bool at_line_start_ = true;
  bool pending_space_ = false;
  bool keep_spaces_ = false;
  bool quotes_match_ = true;
  bool more_tags_ = true;
  bool open_head_ = false;
};

}  // namespace

std::string HtmlToText(std::string_view html) {
  return Converter(html.substr(0, std::min(html.size(), kHtmlMaxBytes))).Convert();
}

}  // namespace muara::email

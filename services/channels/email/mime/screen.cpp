#include "services/channels/email/mime/screen.h"

#include <algorithm>
#include <array>

#include "libs/base/text.h"

namespace muara::email {
namespace {

constexpr std::array<std::string_view, 12> kAddressHeaders = {
    "from",      "sender",    "reply-to",        "to",          "cc",         "bcc",
    "resent-to", "resent-cc", "resent-reply-to", "resent-from", "resent-bcc", "resent-sender"};

// An address header may stand in any part's header, so every line is looked at.
bool IsAddressHeader(std::string_view line) {
  const size_t colon = line.substr(0, 24).find(':');
  if (colon == std::string_view::npos) return false;
  const std::string name = LowerAscii(Trim(line.substr(0, colon)));
  return std::find(kAddressHeaders.begin(), kAddressHeaders.end(), name) != kAddressHeaders.end();
}

// Turns the colons that open groups too deep into spaces. Quotes are honoured for the depth, but
// not for the total, since the library may see quotes where we do not.
bool FlattenGroups(std::string& header) {
  int depth = 0;
  int colons = 0;
  bool quoted = false;
  bool changed = false;
  for (size_t i = header.find(':') + 1; i < header.size(); ++i) {
    char& c = header[i];
    if (c == '\\') ++i;
    if (c == '"') quoted = !quoted;
    if (c == ';' && !quoted && depth > 0) --depth;
    if (c != ':') continue;
    if (!quoted) ++depth;
    if (++colons <= kColonsMax && depth <= kGroupDepthMax) continue;
    c = ' ';
    changed = true;
  }
  return changed;
}

class Screener {
 public:
  explicit Screener(std::string_view raw) : rest_(raw) {}

  Screened Run() {
    if (rest_.size() > kRawMaxBytes) {
      rest_ = rest_.substr(0, kRawMaxBytes);
      AddDefect("MESSAGE_CUT");
    }
    result_.bytes.reserve(rest_.size());
    if (rest_.starts_with("From ") || rest_.starts_with(">From ")) TakeLine();
    while (!rest_.empty() && !AtBlankLine()) CopyTopHeader();
    while (!rest_.empty()) {
      if (!CopyBodyLine()) break;
    }
    return std::move(result_);
  }

 private:
  std::string_view TakeLine() {
    const size_t end = rest_.find('\n');
    const std::string_view line =
        rest_.substr(0, end == std::string_view::npos ? rest_.size() : end + 1);
    rest_.remove_prefix(line.size());
    return line;
  }

  bool AtBlankLine() const { return rest_.starts_with('\n') || rest_.starts_with("\r\n"); }

  // One header with the lines that go on from it, cut at its limit.
  std::string TakeHeader() {
    std::string header(TakeLine());
    while (rest_.starts_with(' ') || rest_.starts_with('\t')) {
      const std::string_view line = TakeLine();
      if (header.size() <= kHeaderMaxBytes) header += line;
    }
    if (header.size() > kHeaderMaxBytes) {
      header.resize(kHeaderMaxBytes);
      header += "\r\n";
      AddDefect("HEADER_TOO_LONG");
    }
    if (IsAddressHeader(header) && FlattenGroups(header)) AddDefect("GROUPS_NESTED_TOO_DEEP");
    return header;
  }

  void CopyTopHeader() {
    const std::string header = TakeHeader();
    if (++headers_ > kHeadersMax || result_.bytes.size() + header.size() > kHeaderSectionMaxBytes) {
      AddDefect("TOO_MANY_HEADERS");
      return;
    }
    result_.bytes += header;
  }

  bool CopyBodyLine() {
    if (IsAddressHeader(rest_)) {
      result_.bytes += TakeHeader();
      return true;
    }
    const std::string_view line = TakeLine();
    if (line.starts_with("--") && ++delimiter_lines_ > kDelimiterLinesMax) {
      AddDefect("TOO_MANY_PARTS");
      return false;
    }
    result_.bytes += line;
    return true;
  }

  void AddDefect(const char* defect) {
    auto& defects = result_.defects;
    if (std::find(defects.begin(), defects.end(), defect) == defects.end()) {
      defects.emplace_back(defect);
    }
  }

  std::string_view rest_;
  Screened result_;
  size_t headers_ = 0;
  size_t delimiter_lines_ = 0;
};

}  // namespace

Screened Screen(std::string_view raw) { return Screener(raw).Run(); }

}  // namespace muara::email

#include "services/channels/email/domain/visible_text.h"

#include <vector>

#include "libs/base/text.h"
#include "services/channels/email/domain/quote_marks.h"

namespace muara::email {
namespace {

constexpr size_t kLinesMax = 50'000;  // of 256 KiB at most; the rest is one line
constexpr size_t kSignatureLinesMax = 15;
constexpr size_t kListFooterLinesMax = 8;

Lines Split(std::string_view text) {
  Lines lines;
  while (lines.size() + 1 < kLinesMax) {
    const size_t end = text.find('\n');
    lines.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return lines;
    text.remove_prefix(end + 1);
  }
  lines.push_back(text);
  return lines;
}

// Walks over the lines once and keeps those that are new.
class Reader {
 public:
  explicit Reader(std::string_view text) : lines_(Split(text)), next_filled_(lines_.size() + 1) {
    next_filled_[lines_.size()] = lines_.size();
    for (size_t i = lines_.size(); i-- > 0;) {
      next_filled_[i] = Trim(lines_[i]).empty() ? next_filled_[i + 1] : i;
    }
  }

  std::string Read() {
    size_t at = 0;
    while (at < lines_.size()) at = Step(at);
    return std::string(Trim(kept_));
  }

 private:
  size_t End() const { return lines_.size(); }

  // Keeps or skips from `at` on; gives the line to go on with.
  size_t Step(size_t at) {
    const std::string_view line = lines_[at];
    if (IsQuoted(line)) return at + 1;
    if (IsForwardMarker(line)) return KeepRest(at);
    if (StartsOldMail(at)) return End();
    if (const size_t length = AttributionLength(lines_, at); length > 0) {
      const size_t next = next_filled_[at + length];
      return next < End() && IsQuoted(lines_[next]) ? at + length : End();
    }
    if (IsSignatureDelimiter(line)) {
      if (const size_t end = SignatureEnd(at); end > 0) return end;
    }
    if (IsDeviceLine(line) && EndsHere(next_filled_[at + 1])) return at + 1;
    if (IsListFooter(at)) return End();
    Keep(line);
    return at + 1;
  }

  bool StartsOldMail(size_t at) const {
    if (IsOriginalMarker(lines_[at]) || IsHeaderBlock(lines_, at)) return true;
    const size_t next = next_filled_[at + 1];
    return IsRule(lines_[at]) && next < End() && IsHeaderBlock(lines_, next);
  }

  // Whether what a person wrote is over at this line.
  bool EndsHere(size_t at) const {
    return at >= End() || IsQuoted(lines_[at]) || StartsOldMail(at) ||
           IsSignatureDelimiter(lines_[at]) || IsRule(lines_[at]) || IsDeviceLine(lines_[at]) ||
           AttributionLength(lines_, at) > 0;
  }

  // The line after the signature that starts at `at`; 0: too long to be one.
  size_t SignatureEnd(size_t at) const {
    size_t end = at + 1;
    size_t filled = 0;
    while (end < End() && !IsQuoted(lines_[end]) && !StartsOldMail(end) &&
           AttributionLength(lines_, end) == 0) {
      if (!Trim(lines_[end]).empty() && ++filled > kSignatureLinesMax) return 0;
      ++end;
    }
    return end;
  }

  // A line of underscores, then a few lines with a mailing list's address, then nothing more.
  bool IsListFooter(size_t at) const {
    const std::string_view trimmed = Trim(lines_[at]);
    if (trimmed.size() < 20 || trimmed.find_first_not_of('_') != std::string_view::npos) {
      return false;
    }
    bool link = false;
    size_t filled = 0;
    for (size_t i = next_filled_[at + 1]; i < End(); i = next_filled_[i + 1]) {
      if (++filled > kListFooterLinesMax) return false;
      if (lines_[i].find("://") != std::string_view::npos) link = true;
    }
    return link;
  }

  size_t KeepRest(size_t at) {
    for (; at < End(); ++at) Keep(lines_[at]);
    return End();
  }

  void Keep(std::string_view line) {
    kept_ += line;
    kept_ += '\n';
  }

  Lines lines_;
  std::vector<size_t> next_filled_;  // the first line from here on that is not blank
  std::string kept_;
};

}  // namespace

std::string VisibleText(std::string_view text) {
  std::string visible = Reader(text).Read();
  return visible.empty() ? std::string(Trim(text)) : visible;
}

}  // namespace muara::email

#include "services/channels/email/domain/bounce.h"

#include "libs/base/text.h"
#include "services/channels/email/domain/thread_hints.h"

namespace muara::email {
namespace {

constexpr size_t kReportsMax = 100;
constexpr size_t kFieldMaxBytes = 320;

std::string_view NextLine(std::string_view& text) {
  const size_t end = text.find('\n');
  std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

// "rfc822; kijitora@example.com" -> kijitora@example.com
std::string AfterType(std::string_view value) {
  const size_t semicolon = value.find(';');
  if (semicolon != std::string_view::npos) value.remove_prefix(semicolon + 1);
  value = Trim(value);
  if (value.starts_with('<') && value.ends_with('>')) value = value.substr(1, value.size() - 2);
  return CleanLine(CutUtf8(value, kFieldMaxBytes));
}

void ReadField(std::string_view line, BounceReport& report) {
  const size_t colon = line.find(':');
  if (colon == std::string_view::npos) return;
  const std::string name = LowerAscii(Trim(line.substr(0, colon)));
  const std::string_view value = Trim(line.substr(colon + 1));
  if (name == "final-recipient" || (name == "original-recipient" && report.recipient.empty())) {
    report.recipient = AfterType(value);
  } else if (name == "action") {
    report.action = LowerAscii(CleanLine(CutUtf8(value, kFieldMaxBytes)));
  } else if (name == "status") {
    report.status = CleanLine(value.substr(0, value.find_first_of(" (")));
  }
}

}  // namespace

std::vector<BounceReport> ParseDeliveryStatus(std::string_view content) {
  std::vector<BounceReport> reports;
  BounceReport report;
  while (!content.empty() && reports.size() < kReportsMax) {
    const std::string_view line = NextLine(content);
    if (!Trim(line).empty()) ReadField(line, report);
    if (!Trim(line).empty() && !content.empty()) continue;
    if (!report.recipient.empty()) reports.push_back(std::move(report));
    report = {};
  }
  return reports;
}

std::string FindReturnedMessageId(std::string_view text) {
  while (!text.empty()) {
    std::string_view line = Trim(NextLine(text));
    while (line.starts_with('>')) line = Trim(line.substr(1));
    if (!StartsWithNoCase(line, "message-id:")) continue;
    std::string value(line);
    if (line.find('<') == std::string_view::npos) value += NextLine(text);  // folded
    const std::vector<std::string> ids = MessageIds(value);
    if (!ids.empty()) return ids.front();
  }
  return "";
}

}  // namespace muara::email

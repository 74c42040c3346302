#include "services/ticket/domain/rules/text_template.h"

#include <algorithm>
#include <functional>

#include "services/ticket/domain/rules/numbers.h"

namespace muara::ticket {
namespace {

constexpr size_t kVariableBytesMax = 400;  // with its default
constexpr const char* kFieldPrefix = "field.";

struct Blank {
  std::string name;
  std::string fallback;
};

std::string Trimmed(const std::string& text) {
  const size_t from = text.find_first_not_of(" \t");
  if (from == std::string::npos) return "";
  return text.substr(from, text.find_last_not_of(" \t") - from + 1);
}

Blank BlankOf(const std::string& inside) {
  const size_t bar = inside.find('|');
  if (bar == std::string::npos) return {Trimmed(inside), ""};
  return {Trimmed(inside.substr(0, bar)), Trimmed(inside.substr(bar + 1))};
}

// Plain text and blanks in turn; false: a blank is not closed.
bool Walk(const std::string& text, const std::function<void(const std::string&)>& plain,
          const std::function<void(const Blank&)>& blank) {
  size_t at = 0;
  for (size_t open = text.find("{{"); open != std::string::npos; open = text.find("{{", at)) {
    const size_t close = text.find("}}", open + 2);
    if (close == std::string::npos || close - open > kVariableBytesMax) return false;
    plain(text.substr(at, open - at));
    blank(BlankOf(text.substr(open + 2, close - open - 2)));
    at = close + 2;
  }
  plain(text.substr(at));
  return true;
}

bool IsKnown(const std::string& name, const std::vector<CustomField>& declared) {
  constexpr const char* kNames[] = {"ticket.reference", "ticket.subject", "contact.name",
                                    "agent.name", "queue"};
  if (std::find(std::begin(kNames), std::end(kNames), name) != std::end(kNames)) return true;
  return std::any_of(declared.begin(), declared.end(),
                     [&](const CustomField& one) { return kFieldPrefix + one.key == name; });
}

std::string Shown(const FieldValue& value) {
  switch (value.type) {
    case FieldType::kText:
    case FieldType::kDate:
    case FieldType::kChoice:
      return value.text;
    case FieldType::kNumber:
      return ShowNumber(value.number);
    case FieldType::kBoolean:
      return value.number != 0 ? "true" : "false";
  }
  return "";
}

std::string ValueOf(const std::string& name, const Ticket& ticket, const std::string& agent_name) {
  if (name == "ticket.reference") return ticket.reference;
  if (name == "ticket.subject") return ticket.subject;
  if (name == "contact.name") return ticket.contact_name;
  if (name == "agent.name") return agent_name;
  if (name == "queue") return ticket.queue_id;
  for (const FieldValue& one : ticket.fields) {
    if (kFieldPrefix + one.key == name) return Shown(one);
  }
  return "";
}

}  // namespace

std::vector<std::string> ProblemsOfTemplate(const std::string& text,
                                            const std::vector<CustomField>& declared) {
  std::vector<std::string> problems;
  const bool closed = Walk(
      text, [](const std::string&) {},
      [&](const Blank& blank) {
        if (IsKnown(blank.name, declared)) return;
        problems.push_back("there is no variable '" + blank.name.substr(0, 100) + "'");
      });
  if (!closed) problems.push_back("a '{{' is not closed");
  return problems;
}

Result<std::string> Fill(const std::string& text, const Ticket& ticket,
                         const std::string& agent_name) {
  std::string filled;
  Walk(
      text, [&](const std::string& plain) { filled += plain; },
      [&](const Blank& blank) {
        const std::string value = ValueOf(blank.name, ticket, agent_name);
        filled += value.empty() ? blank.fallback : value;
      });
  if (filled.find_first_not_of(" \t\r\n") == std::string::npos) {
    return MakeError(Code::kFailedPrecondition, "TEXT_EMPTY", "nothing is left to be written");
  }
  if (filled.size() <= kTextBytesMax) return filled;
  return MakeError(Code::kFailedPrecondition, "TEXT_TOO_LONG",
                   "the text is longer than 256 KiB once it is filled in");
}

}  // namespace muara::ticket

#include "services/ticket/store/lists.h"

#include <charconv>
#include <cstdlib>

namespace muara::ticket::store {
namespace {

std::string Escape(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\') {
      out += "\\\\";
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else {
      out.push_back(c);
    }
  }
  return out;
}

// Splits at unescaped separators, which are always literal: only fields hold escapes.
std::vector<std::string> Split(const std::string& text, char separator) {
  std::vector<std::string> out;
  if (text.empty()) return out;
  size_t from = 0;
  for (size_t to = 0; (to = text.find(separator, from)) != std::string::npos; from = to + 1) {
    out.push_back(text.substr(from, to - from));
  }
  out.push_back(text.substr(from));
  return out;
}

std::string Unescape(const std::string& text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      out.push_back(text[i]);
      continue;
    }
    const char next = text[++i];
    out.push_back(next == 'n' ? '\n' : next == 't' ? '\t' : next);
  }
  return out;
}

std::string Line(const std::vector<std::string>& fields) {
  std::string line;
  for (size_t i = 0; i < fields.size(); ++i) line += (i == 0 ? "" : "\t") + Escape(fields[i]);
  return line + "\n";
}

std::vector<std::vector<std::string>> Lines(const std::string& text) {
  std::vector<std::vector<std::string>> out;
  for (const std::string& line : Split(text, '\n')) {
    if (line.empty()) continue;
    std::vector<std::string> fields = Split(line, '\t');
    for (std::string& field : fields) field = Unescape(field);
    out.push_back(std::move(fields));
  }
  return out;
}

}  // namespace

std::string JoinLines(const std::vector<std::string>& items) {
  std::string out;
  for (const std::string& item : items) out += Line({item});
  return out;
}

std::vector<std::string> SplitLines(const std::string& text) {
  std::vector<std::string> out;
  for (const auto& fields : Lines(text)) out.push_back(fields.at(0));
  return out;
}

std::string JoinPoints(const std::vector<ContactPoint>& points) {
  std::string out;
  for (const ContactPoint& point : points) {
    out += Line({std::to_string(static_cast<int>(point.kind)), point.value, point.display_name,
                 std::to_string(static_cast<int>(point.assurance))});
  }
  return out;
}

std::vector<ContactPoint> SplitPoints(const std::string& text) {
  std::vector<ContactPoint> out;
  for (const auto& fields : Lines(text)) {
    out.push_back({static_cast<PointKind>(std::atoi(fields.at(0).c_str())), fields.at(1),
                   fields.at(2), static_cast<Assurance>(std::atoi(fields.at(3).c_str()))});
  }
  return out;
}

std::string JoinAttachments(const std::vector<Attachment>& attachments) {
  std::string out;
  for (const Attachment& one : attachments) {
    out += Line({one.reference, one.file_name, one.content_type, std::to_string(one.size_bytes),
                 one.sha256, one.inline_shown ? "1" : "0"});
  }
  return out;
}

std::vector<Attachment> SplitAttachments(const std::string& text) {
  std::vector<Attachment> out;
  for (const auto& fields : Lines(text)) {
    out.push_back({fields.at(0), fields.at(1), fields.at(2), std::atoll(fields.at(3).c_str()),
                   fields.at(4), fields.at(5) == "1"});
  }
  return out;
}

std::string JoinFields(const std::vector<FieldValue>& fields) {
  std::string out;
  for (const FieldValue& one : fields) {
    char number[32] = "";  // the shortest that reads as the same again
    *std::to_chars(number, number + sizeof(number) - 1, one.number).ptr = '\0';
    out += Line({one.key, std::to_string(static_cast<int>(one.type)), one.text, number});
  }
  return out;
}

std::vector<FieldValue> SplitFields(const std::string& text) {
  std::vector<FieldValue> out;
  for (const auto& fields : Lines(text)) {
    FieldValue one{fields.at(0), static_cast<FieldType>(std::atoi(fields.at(1).c_str())),
                   fields.at(2)};
    std::from_chars(fields.at(3).data(), fields.at(3).data() + fields.at(3).size(), one.number);
    out.push_back(std::move(one));
  }
  return out;
}

}  // namespace muara::ticket::store

#include "services/ticket/domain/rules/texts.h"

#include "libs/base/slug.h"
#include "services/ticket/domain/rules/text_template.h"

namespace muara::ticket {

muara::Status Validate(const CannedReply& reply, const Vocabulary& vocabulary) {
  std::vector<Violation> out;
  if (!IsSlug(reply.shortcut)) out.push_back({"shortcut", "is not 1 to 64 of a-z 0-9 and '-'"});
  if (reply.title.empty() || reply.title.size() > kTitleBytesMax) {
    out.push_back({"title", "is not 1 to 100 bytes"});
  }
  if (reply.language.size() > kTextLanguageBytesMax) {
    out.push_back({"language", "is longer than 35 bytes"});
  }
  if (reply.text.empty() || reply.text.size() > kCannedTextBytesMax) {
    out.push_back({"text", "is not 1 byte to 64 KiB"});
  }
  for (const std::string& problem : ProblemsOfTemplate(reply.text, vocabulary.fields)) {
    out.push_back({"text", problem});
  }
  if (!out.empty()) return InvalidFields(std::move(out));
  return Ok();
}

muara::Status Validate(const Macro& macro, const Vocabulary& vocabulary) {
  std::vector<Violation> out;
  if (macro.name.empty() || macro.name.size() > kTitleBytesMax) {
    out.push_back({"name", "is not 1 to 100 bytes"});
  }
  CheckActions(out, macro.actions, vocabulary);
  if (!out.empty()) return InvalidFields(std::move(out));
  return Ok();
}

}  // namespace muara::ticket

#include "services/ticket/app/rules/vocabulary.h"

#include "services/ticket/store/rules/kept.h"
#include "services/ticket/store/settings/custom_fields.h"
#include "services/ticket/store/settings/status_names.h"
#include "services/ticket/wire/rules.h"

namespace muara::ticket {

Result<Vocabulary> VocabularyIn(sql::Tx& tx, const std::vector<Action>& actions,
                                const std::string& owner) {
  Vocabulary vocabulary;
  vocabulary.facts = wire::TicketFacts();
  ASSIGN_OR_RETURN(vocabulary.fields, store::ListFields(tx, FieldEntity::kTicket));
  for (size_t i = 0; i < actions.size() && i < kActionsMax; ++i) {
    const std::string& id = actions[i].id;
    if (actions[i].kind == ActionKind::kSetStatusName) {
      ASSIGN_OR_RETURN(const NamedStatus name, store::FindStatusName(tx, id));
      if (name.version > 0 && !name.archived) vocabulary.status_names.push_back(id);
    }
    if (actions[i].kind == ActionKind::kReply && !id.empty()) {
      ASSIGN_OR_RETURN(const bool is_there, store::IsCannedReplyOf(tx, id, owner));
      if (is_there) vocabulary.canned_replies.push_back(id);
    }
  }
  return vocabulary;
}

}  // namespace muara::ticket

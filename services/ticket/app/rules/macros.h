// Several actions at one touch: all of them, or none. Thread-safe.
#pragma once

#include <string>
#include <vector>

#include "services/ticket/app/rules/acting.h"
#include "services/ticket/app/rules/keeping.h"
#include "services/ticket/store/rules/kept.h"

namespace muara::ticket {

struct MacroUse {
  std::string macro_id;
  int seen_sequence = 0;
  std::string agent_name = "";  // for texts
};

class Macros {
 public:
  Macros(sql::Database& database, const Journal& journal, const Clock& clock,
         const QueuePolicies& policies)
      : database_(database), clock_(clock), acting_(journal, policies) {}

  // MACRO_NOT_FOUND, also where it is another's and not shared.
  Result<Macro> Get(const std::string& id, const Keeper& keeper);
  Result<std::vector<Macro>> List(const Keeper& keeper, int limit, const KeptPlace& after);
  // TOO_MANY_MACROS; MACRO_NOT_ALLOWED for webhooks, where an agent writes it.
  Result<Macro> Create(const OperationKey& key, Macro macro, const Keeper& keeper);
  // NOT_YOURS, MACRO_NOT_ALLOWED.
  Result<Macro> Update(const Edit& edit, const Macro& macro, const Keeper& keeper);
  muara::Status Delete(const Edit& edit, const std::string& id, const Keeper& keeper);
  // The error of the first action that is refused, with its number as metadata "action".
  // MACRO_NOT_ALLOWED for what agents may not do alone.
  Result<Ticket> Apply(const Change& change, const MacroUse& use, const Keeper& keeper);

 private:
  Result<Ticket> ApplyIn(sql::Tx& tx, const Change& change, const MacroUse& use,
                         const Keeper& keeper);

  sql::Database& database_;
  const Clock& clock_;
  const Acting acting_;
};

}  // namespace muara::ticket

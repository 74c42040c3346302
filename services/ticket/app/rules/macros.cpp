#include "services/ticket/app/rules/macros.h"

#include <algorithm>

#include "libs/base/id.h"
#include "libs/bus/claim.h"
#include "services/ticket/app/rules/vocabulary.h"
#include "services/ticket/wire/rules.h"

namespace muara::ticket {
namespace {

store::MacroRow RowOf(const Macro& macro) {
  return {macro.id,     macro.name, macro.owner, macro.shared, wire::Pack(macro.actions),
          macro.version};
}

Result<Macro> MacroOf(const store::MacroRow& row) {
  ASSIGN_OR_RETURN(std::vector<Action> actions, wire::UnpackActions(row.actions));
  return Macro{row.id, row.name, row.owner, row.shared, std::move(actions), row.version};
}

Result<Macro> LoadIn(sql::Tx& tx, const std::string& id) {
  ASSIGN_OR_RETURN(const store::MacroRow row, store::LoadMacro(tx, id));
  return MacroOf(row);
}

Result<Macro> SeenIn(sql::Tx& tx, const std::string& id, const Keeper& keeper) {
  return SeenBy(keeper, LoadIn(tx, id),
                MakeError(Code::kNotFound, "MACRO_NOT_FOUND", "there is no such macro"));
}

muara::Status CheckIn(sql::Tx& tx, const Macro& macro) {
  ASSIGN_OR_RETURN(const Vocabulary vocabulary, VocabularyIn(tx, macro.actions, macro.owner));
  return Validate(macro, vocabulary);
}

bool IsForLeads(ActionKind kind) {
  return kind == ActionKind::kAssign || kind == ActionKind::kUnassign || kind == ActionKind::kClose;
}

// What leaves the house is decided by whoever leads; all may apply what they wrote.
muara::Status CheckMayWrite(const Macro& macro, const Keeper& keeper) {
  const bool calls = std::any_of(macro.actions.begin(), macro.actions.end(), [](const Action& one) {
    return one.kind == ActionKind::kWebhook;
  });
  if (!calls || keeper.standing == Standing::kLead) return Ok();
  return MakeError(Code::kPermissionDenied, "MACRO_NOT_ALLOWED",
                   "macros that call webhooks are written by supervisors");
}

Error OfAction(Error error, const Action& action, int number) {
  error.metadata.emplace_back("action", std::to_string(number));
  error.metadata.emplace_back("action_kind", ActionName(action.kind));
  return error;
}

}  // namespace

Result<Macro> Macros::Get(const std::string& id, const Keeper& keeper) {
  return database_.Read([&](sql::Tx& tx) { return SeenIn(tx, id, keeper); });
}

Result<std::vector<Macro>> Macros::List(const Keeper& keeper, int limit, const KeptPlace& after) {
  return database_.Read([&](sql::Tx& tx) -> Result<std::vector<Macro>> {
    ASSIGN_OR_RETURN(const auto rows, store::ListMacros(tx, keeper.subject, limit, after));
    std::vector<Macro> macros;
    for (const store::MacroRow& row : rows) {
      ASSIGN_OR_RETURN(Macro macro, MacroOf(row));
      macros.push_back(std::move(macro));
    }
    return macros;
  });
}

Result<Macro> Macros::Create(const OperationKey& key, Macro macro, const Keeper& keeper) {
  RETURN_IF_ERROR(CheckMayWrite(macro, keeper));
  return database_.Transact([&](sql::Tx& tx) -> Result<Macro> {
    ASSIGN_OR_RETURN(const bool first, bus::Claim(tx, key, clock_.Now()));
    macro.id = NamedUuid(key.key);
    if (!first) return LoadIn(tx, macro.id);
    RETURN_IF_ERROR(CheckIn(tx, macro));
    ASSIGN_OR_RETURN(const int kept, store::CountMacros(tx, macro.owner));
    if (kept >= kKeptOfOneMax) {
      return MakeError(Code::kResourceExhausted, "TOO_MANY_MACROS", "one person keeps at most 500");
    }
    RETURN_IF_ERROR(store::SaveMacro(tx, RowOf(macro)));
    return macro;
  });
}

Result<Macro> Macros::Update(const Edit& edit, const Macro& macro, const Keeper& keeper) {
  RETURN_IF_ERROR(CheckMayWrite(macro, keeper));
  return database_.Transact([&](sql::Tx& tx) -> Result<Macro> {
    ASSIGN_OR_RETURN(const bool first, bus::Claim(tx, edit.key, clock_.Now()));
    ASSIGN_OR_RETURN(const Macro before, SeenIn(tx, macro.id, keeper));
    if (!first) return before;
    RETURN_IF_ERROR(CheckMayChange(keeper, before));
    RETURN_IF_ERROR(CheckVersion(before.version, edit.expected_version));
    Macro now = macro;
    now.owner = before.owner;
    now.version = before.version + 1;
    RETURN_IF_ERROR(CheckIn(tx, now));
    RETURN_IF_ERROR(store::SaveMacro(tx, RowOf(now)));
    return now;
  });
}

muara::Status Macros::Delete(const Edit& edit, const std::string& id, const Keeper& keeper) {
  return database_.Transact([&](sql::Tx& tx) -> muara::Status {
    ASSIGN_OR_RETURN(const bool first, bus::Claim(tx, edit.key, clock_.Now()));
    if (!first) return Ok();
    ASSIGN_OR_RETURN(const Macro before, SeenIn(tx, id, keeper));
    RETURN_IF_ERROR(CheckMayChange(keeper, before));
    RETURN_IF_ERROR(CheckVersion(before.version, edit.expected_version));
    return store::DeleteMacro(tx, id);
  });
}

Result<Ticket> Macros::Apply(const Change& change, const MacroUse& use, const Keeper& keeper) {
  return database_.Transact([&](sql::Tx& tx) { return ApplyIn(tx, change, use, keeper); });
}

Result<Ticket> Macros::ApplyIn(sql::Tx& tx, const Change& change, const MacroUse& use,
                               const Keeper& keeper) {
  const Time now = clock_.Now();
  ASSIGN_OR_RETURN(const bool first, bus::Claim(tx, change.key, now));
  ASSIGN_OR_RETURN(const Ticket ticket, store::LoadForChange(tx, change.id));
  if (!first) return ticket;
  RETURN_IF_ERROR(CheckVersion(ticket, change.expected_version));
  ASSIGN_OR_RETURN(const Macro macro, SeenIn(tx, use.macro_id, keeper));
  Doer doer{change};
  doer.change.reason = "MACRO";
  doer.change.why = macro.name;
  doer.seen_sequence = use.seen_sequence;
  doer.agent_name = use.agent_name;
  int number = 0;
  for (const Action& action : macro.actions) {
    ++number;
    if (IsForLeads(action.kind) && keeper.standing != Standing::kLead) {
      return OfAction(MakeError(Code::kPermissionDenied, "MACRO_NOT_ALLOWED",
                                "the macro does what only supervisors may do"),
                      action, number);
    }
    const auto done = acting_.DoIn(tx, action, doer, number, now);
    if (!done.ok()) return OfAction(done.error(), action, number);
  }
  return store::Load(tx, change.id);
}

}  // namespace muara::ticket

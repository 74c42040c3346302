#include "services/ticket/app/settings/status_names.h"

#include "libs/bus/claim.h"
#include "services/ticket/wire/events.h"

namespace muara::ticket {

Result<NamedStatus> StatusNames::Get(const std::string& id) {
  return database_.Read([&](sql::Tx& tx) -> Result<NamedStatus> {
    ASSIGN_OR_RETURN(NamedStatus name, store::FindStatusName(tx, id));
    if (name.version > 0) return name;
    return MakeError(Code::kNotFound, "STATUS_NAME_NOT_FOUND", "there is no such name");
  });
}

Result<std::vector<NamedStatus>> StatusNames::List(int limit, const std::string& after) {
  return database_.Read([&](sql::Tx& tx) { return store::ListStatusNames(tx, limit, after); });
}

Result<NamedStatus> StatusNames::Put(const Edit& edit, NamedStatus name) {
  RETURN_IF_ERROR(Validate(name));
  const Time now = clock_.Now();
  return database_.Transact([&](sql::Tx& tx) -> Result<NamedStatus> {
    ASSIGN_OR_RETURN(const bool first, bus::Claim(tx, edit.key, now));
    ASSIGN_OR_RETURN(const NamedStatus before, store::FindStatusName(tx, name.id));
    if (!first) return before;
    RETURN_IF_ERROR(CheckVersion(before.version, edit.expected_version));
    if (before.version > 0 && before.status != name.status) {
      return MakeError(Code::kFailedPrecondition, "STATUS_FIXED",
                       "a name stays with its status: archive it and make another");
    }
    name.version = before.version + 1;
    RETURN_IF_ERROR(store::SaveStatusName(tx, name));
    RETURN_IF_ERROR(log_.Append(tx, wire::StatusNameChanged(name, {edit.actor, "ADMIN", ""}), now));
    return name;
  });
}

}  // namespace muara::ticket

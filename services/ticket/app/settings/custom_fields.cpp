#include "services/ticket/app/settings/custom_fields.h"

#include "libs/bus/claim.h"
#include "services/ticket/wire/events.h"

namespace muara::ticket {
namespace {

muara::Status CheckPut(sql::Tx& tx, const CustomField& before, const CustomField& field) {
  if (before.version > 0 && before.type != field.type) {
    return MakeError(Code::kFailedPrecondition, "FIELD_TYPE_FIXED",
                     "a field keeps its type: archive it and make another");
  }
  if (before.version > 0) return Ok();
  ASSIGN_OR_RETURN(const auto all, store::ListFields(tx, field.entity));
  if (all.size() < kFieldsMax) return Ok();
  return MakeError(Code::kResourceExhausted, "TOO_MANY_FIELDS", "there are 200 fields already");
}

}  // namespace

Result<CustomField> CustomFields::Get(FieldEntity entity, const std::string& key) {
  return database_.Read([&](sql::Tx& tx) -> Result<CustomField> {
    ASSIGN_OR_RETURN(CustomField field, store::FindField(tx, entity, key));
    if (field.version > 0) return field;
    return MakeError(Code::kNotFound, "FIELD_NOT_FOUND", "there is no such field");
  });
}

Result<std::vector<CustomField>> CustomFields::List(FieldEntity entity) {
  return database_.Read([&](sql::Tx& tx) { return store::ListFields(tx, entity); });
}

Result<CustomField> CustomFields::Put(const Edit& edit, CustomField field) {
  RETURN_IF_ERROR(Validate(field));
  const Time now = clock_.Now();
  return database_.Transact([&](sql::Tx& tx) -> Result<CustomField> {
    ASSIGN_OR_RETURN(const bool first, bus::Claim(tx, edit.key, now));
    ASSIGN_OR_RETURN(const CustomField before, store::FindField(tx, field.entity, field.key));
    if (!first) return before;
    RETURN_IF_ERROR(CheckVersion(before.version, edit.expected_version));
    RETURN_IF_ERROR(CheckPut(tx, before, field));
    field.version = before.version + 1;
    RETURN_IF_ERROR(store::SaveField(tx, field));
    RETURN_IF_ERROR(
        log_.Append(tx, wire::CustomFieldChanged(field, {edit.actor, "ADMIN", ""}), now));
    return field;
  });
}

}  // namespace muara::ticket

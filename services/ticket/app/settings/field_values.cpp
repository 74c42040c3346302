#include "services/ticket/app/settings/field_values.h"

#include "services/ticket/store/settings/custom_fields.h"

namespace muara::ticket {

muara::Status ChangeFields(sql::Tx& tx, FieldEntity entity, std::vector<FieldValue>& fields,
                           const std::vector<FieldValue>& set,
                           const std::vector<std::string>& remove) {
  std::vector<Violation> problems;
  for (const std::string& key : remove) RemoveField(fields, key);
  for (const FieldValue& value : set) {
    ASSIGN_OR_RETURN(const CustomField field, store::FindField(tx, entity, value.key));
    const std::string problem =
        field.version == 0 ? "there is no such field" : field.ProblemOf(value);
    if (!problem.empty()) problems.push_back({"fields." + value.key, problem});
    SetField(fields, value);
  }
  return problems.empty() ? Ok() : muara::Status(InvalidFields(std::move(problems)));
}

}  // namespace muara::ticket

// What admins set, as messages.
#pragma once

#include <optional>

#include "muara/ticket/v1/custom_field.pb.h"
#include "muara/ticket/v1/queue_policy.pb.h"
#include "muara/ticket/v1/status_name.pb.h"
#include "services/ticket/domain/settings/status_name.h"

namespace muara::ticket::wire {

v1::QueuePolicy ToProto(const QueuePolicy& policy);
v1::StatusName ToProto(const NamedStatus& name);
v1::CustomField ToProto(const CustomField& field);
v1::FieldValue ToProto(const FieldValue& value);
// Nothing where it has no value.
std::optional<FieldValue> FromProto(const v1::FieldValue& value);

}  // namespace muara::ticket::wire

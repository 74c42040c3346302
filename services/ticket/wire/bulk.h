// Bulk edits as messages.
#pragma once

#include "muara/ticket/v1/bulk_edit.pb.h"
#include "services/ticket/domain/bulk/bulk_edit.h"

namespace muara::ticket::wire {

v1::BulkEdit ToProto(const BulkEdit& edit);

}  // namespace muara::ticket::wire

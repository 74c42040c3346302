// Erasures as messages.
#pragma once

#include "muara/ticket/v1/erasures.pb.h"
#include "services/ticket/domain/contacts/erasure.h"

namespace muara::ticket::wire {

v1::ContactErasure ToProto(const Erasure& erasure);

}  // namespace muara::ticket::wire

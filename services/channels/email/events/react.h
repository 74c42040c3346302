// What this service reacts to.
#pragma once

#include "libs/bus/consumer.h"
#include "services/channels/email/app/raw_mails.h"

namespace muara::email {

// The mails of an erased contact are removed as they came.
void OnOriginalsOrphaned(bus::Consumer& ticket, RawMails& raw_mails);

}  // namespace muara::email

// What this service reads from its environment, by the names that its README lists.
#pragma once

#include "libs/service/settings.h"
#include "services/ticket/app/intake.h"

namespace muara::ticket {

struct TicketSettings {
  LifecyclePolicy lifecycle;  // for queues without a policy
  IntakePolicy intake;
  std::string blob_folder;  // of attachments
};

// What is malformed is named to `settings`, which ends the process.
TicketSettings ReadSettings(service::Settings& settings);

}  // namespace muara::ticket

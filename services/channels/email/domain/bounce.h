// What came back: reads delivery reports (RFC 3464) and the many that only say in words which mail
// could not be delivered. Pure; bounded.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "services/channels/email/domain/mail.h"

namespace muara::email {

// The recipients in the content of a message/delivery-status part, at most 100.
std::vector<BounceReport> ParseDeliveryStatus(std::string_view content);

// The first Message-ID line in a returned header or in a bounce's text; empty where there is none.
std::string FindReturnedMessageId(std::string_view text);

}  // namespace muara::email

// muara.connector.v1.Connector for e-mail: parses, calls, answers.
#pragma once

#include "libs/rpc/server.h"
#include "services/channels/email/app/deliveries.h"
#include "services/channels/email/domain/endpoints.h"

namespace muara::email {

// Both outlive the server.
void ServeConnector(rpc::Server& server, Deliveries& deliveries, const Endpoints& endpoints);

}  // namespace muara::email

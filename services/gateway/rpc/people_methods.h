// muara.gateway.v1: sessions, accounts and API keys. Each handler parses, calls, answers.
#pragma once

#include "services/gateway/app/logins.h"
#include "services/gateway/app/people.h"
#include "services/gateway/rpc/local_methods.h"

namespace muara::gateway {

// Both must outlive the methods.
void AddPeopleMethods(LocalMethods& methods, Logins& logins, People& people);

}  // namespace muara::gateway

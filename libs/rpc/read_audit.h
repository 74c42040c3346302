// Keeps who is shown people's words, names and addresses, before they are: in one place for all
// services. Thread-safe.
#pragma once

#include <functional>
#include <string>

#include "libs/rpc/client.h"
#include "libs/rpc/server.h"

namespace muara::rpc {

struct ReadNote {
  std::string reader;    // "agents/<id>", "keys/<id>"
  std::string method;    // "muara.ticket.v1.Tickets/ListInteractions"
  std::string resource;  // whose: the id that was asked for; empty: a search or a list
};
// An error: it could not be kept, and nothing may be shown.
using KeepRead = std::function<Status(ReadNote)>;

// Before Start: `keep` is called before each method of this server that is audited, unless one of
// our own services calls.
void AuditReads(Server& server, KeepRead keep);
// Kept by another service, which outlives what is returned; UNAVAILABLE within two seconds where
// that one is away (PEER_UNAVAILABLE) or gives no answer (READ_NOT_KEPT).
KeepRead KeptBy(Client& keeper);
// Serves muara.access.v1.Reads, where others have their reads kept.
void ServeReads(Server& server, KeepRead keep);

}  // namespace muara::rpc

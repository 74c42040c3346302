// Links between tickets: made, taken away and shown. Told on both tickets. Thread-safe.
#pragma once

#include <vector>

#include "services/ticket/app/tickets.h"
#include "services/ticket/domain/links/link.h"
#include "services/ticket/store/links/links.h"

namespace muara::ticket {

struct ShownLink {
  Link link;
  Ticket other;
};

class Links {
 public:
  Links(sql::Database& database, const Journal& journal, const Clock& clock)
      : database_(database), journal_(journal), clock_(clock) {}

  // From the ticket of the change to the other. LINK_TO_SELF, ALREADY_LINKED, LINK_CYCLE,
  // TOO_MANY_LINKS; HAS_PARENT and HAS_PROBLEM where it has another one.
  Result<Ticket> Add(const Change& change, LinkKind kind, const TicketId& other);
  // From either side. LINK_NOT_FOUND.
  Result<Ticket> Remove(const Change& change, LinkKind kind, const TicketId& other);
  Result<std::vector<ShownLink>> List(const TicketId& id);

 private:
  using Tell = bus::Fact (*)(const Ticket&, const Link&, const wire::Cause&);
  Result<Ticket> Apply(const Change& change, const TicketId& other,
                       const std::function<Result<Link>(sql::Tx&, Time)>& act, Tell tell);

  sql::Database& database_;
  const Journal& journal_;
  const Clock& clock_;
};

// Adds it where nothing stands against it; the links are locked.
muara::Status AddLinkIn(sql::Tx& tx, const Link& link, store::MadeBy made_by, Time now);

}  // namespace muara::ticket

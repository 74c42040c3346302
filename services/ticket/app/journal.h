// Where every change of a ticket is written: the ticket, what happened on it, the fact, and all
// that follows from a change within its transaction (clocks, search). All writers go through here,
// so that none can forget one. Thread-safe.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "libs/base/time.h"
#include "libs/bus/event_log.h"
#include "libs/sql/database.h"
#include "services/ticket/domain/interaction.h"

namespace muara::ticket {

// One change of one ticket.
struct Entry {
  Ticket& ticket;                            // as it now is
  const Interaction* interaction = nullptr;  // what happened on it, if anything did
  std::string raw_reference = "";            // of the interaction: what the channel received
  bool opens = false;                        // set by the journal alone
};

// Follows every change in its transaction; an error undoes the change.
class Follower {
 public:
  virtual ~Follower() = default;
  virtual muara::Status Follow(sql::Tx& tx, const Entry& entry, Time now) = 0;
};

class Journal {
 public:
  // Told of the ticket as it was saved, with its new version.
  using Tell = std::function<Result<bus::Fact>(const Ticket&)>;

  // The followers are asked in this order, and must outlive it.
  Journal(bus::EventLog& log, std::vector<Follower*> followers)
      : log_(log), followers_(std::move(followers)) {}

  muara::Status Open(sql::Tx& tx, const Entry& entry, const Tell& tell, Time now) const;
  muara::Status Save(sql::Tx& tx, const Entry& entry, const Tell& tell, Time now) const;
  // What is kept with a ticket, or told on it, which itself stays as it is.
  muara::Status Keep(sql::Tx& tx, const Entry& entry, const Tell& tell, Time now) const;
  // A fact that changes no ticket.
  muara::Status Note(sql::Tx& tx, const bus::Fact& fact, Time now) const;

 private:
  muara::Status Finish(sql::Tx& tx, const Entry& entry, const Tell& tell, Time now) const;

  bus::EventLog& log_;
  const std::vector<Follower*> followers_;
};

}  // namespace muara::ticket

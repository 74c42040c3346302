// The full-text index, kept apart from tickets: FTS5 in SQLite, tsvector with GIN in PostgreSQL.
// A ticket is one document, or several segments where much was written on it; documents are
// numbered in the order in which their tickets first came, and are found newest first.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "libs/sql/database.h"
#include "services/ticket/domain/search/search_query.h"
#include "services/ticket/domain/ticket.h"

namespace muara::ticket::store {

muara::Status MigrateSearch(sql::Database& database);

// A ticket whose document is behind from now on. One that already is keeps its due time.
muara::Status EnqueueForSearch(sql::Tx& tx, const TicketId& ticket, Time due);
// All tickets of a contact, after its name or points have changed.
muara::Status EnqueueContactForSearch(sql::Tx& tx, const ContactId& contact, Time due);
struct Behind {
  TicketId id;
  std::string mark;  // another one with every change
};
// What has changed comes before what is only built anew.
Result<std::vector<Behind>> ListBehind(sql::Tx& tx, Time now, int limit);

struct Segment {
  std::vector<Word> words;
  std::vector<std::string> facets;
};
// The fields of a ticket that narrow a search, as words that nobody writes.
std::vector<std::string> FacetsOf(const Ticket& ticket);
// Replaces the document, unless the ticket has changed since: then it is still behind.
muara::Status PutDocument(sql::Tx& tx, const Behind& behind, const std::vector<Segment>& segments);

// The ticket is found by nothing until its document is put anew.
muara::Status DropDocument(sql::Tx& tx, const TicketId& ticket);
// SQLite keeps the words of documents that were replaced in its index until it merges them away:
// does a part of that. False: nothing was left to do. PostgreSQL has none.
bool KeepsOldWords(sql::Tx& tx);
enum class SweepOf {
  kAll,   // begins with the whole index
  kRest,  // goes on
};
Result<bool> Sweep(sql::Tx& tx, SweepOf what);

}  // namespace muara::ticket::store

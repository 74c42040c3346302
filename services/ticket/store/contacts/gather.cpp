// What an erasure has to do, written down so many at a time. A source is a kind of things of one of
// its contacts: first all tickets of theirs, so that none of these counts as another's.
#include <algorithm>

#include "services/ticket/store/contacts/erasures.h"

namespace muara::ticket::store {
namespace {

// Ids in order, after $2, of a source whose contact is $1.
struct Source {
  ErasureItemKind kind = ErasureItemKind::kTicket;
  int64_t next_fact = 0;
  const char* ids = "";
};

constexpr Source kTheirs = {ErasureItemKind::kTicket, 0,
                            "SELECT id FROM ticket WHERE contact_id = $1 AND id > $2"};
constexpr Source kWritten = {
    ErasureItemKind::kMessages, 0,
    "SELECT DISTINCT ticket_id AS id FROM interaction WHERE author_id = $1 AND ticket_id > $2"};
// Of those that are deleted there are facts still; whose they are stands in each.
constexpr Source kRecurring = {ErasureItemKind::kRecurring, 1,
                               "SELECT key AS id FROM key_head WHERE CAST($1 AS TEXT) <> '' AND "
                               "key > $2 AND key >= 'recurring-tickets/' AND "
                               "key < 'recurring-tickets0'"};

// How many there were.
Result<int> TakeSome(sql::Tx& tx, const Erasure& erasure, const Source& source,
                     const ContactId& whose, std::string& after, int limit) {
  ASSIGN_OR_RETURN(
      const sql::Rows found,
      tx.Query(std::string(source.ids) + " ORDER BY id LIMIT $3", whose.value, after, limit));
  for (const sql::Row& row : found) {
    RETURN_IF_ERROR(
        tx.Post("INSERT INTO erasure_item (contact_id, id, kind, next_fact) "
                "VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
                erasure.contact_id.value, row.Text(0), source.kind, source.next_fact));
    after = row.Text(0);
  }
  return static_cast<int>(found.size());
}

}  // namespace

Result<bool> GatherSome(sql::Tx& tx, const RunningErasure& running, int limit) {
  const Erasure& erasure = running.erasure;
  const int contacts = static_cast<int>(erasure.contacts.size());
  int source = running.source;
  std::string after = running.gathered;
  for (int left = limit; left > 0 && source <= 2 * contacts;) {
    const bool recurring = source == 2 * contacts;
    const Source& from = recurring ? kRecurring : source < contacts ? kTheirs : kWritten;
    ASSIGN_OR_RETURN(const int taken,
                     TakeSome(tx, erasure, from,
                              erasure.contacts[recurring ? 0 : source % contacts], after, left));
    if (taken < left) {
      ++source;
      after.clear();
    }
    left -= taken;
  }
  RETURN_IF_ERROR(tx.Post("UPDATE erasure SET source = $2, gathered = $3 WHERE contact_id = $1",
                          erasure.contact_id.value, source, after));
  return source <= 2 * contacts;
}

}  // namespace muara::ticket::store

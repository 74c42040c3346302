#include "services/ticket/app/search/search_index.h"

#include <algorithm>

#include "services/ticket/store/contacts/contacts.h"
#include "services/ticket/store/interactions.h"
#include "services/ticket/store/tickets.h"

namespace muara::ticket {
namespace {

constexpr int kRefreshMax = 50;              // tickets of one transaction,
constexpr size_t kRefreshWordsMax = 50'000;  // or fewer where they have so many words
constexpr int kReadMax = 20;                 // interactions at once, of at most 1.5 MiB each
constexpr size_t kSegmentWordsMax = 4000;    // what one change writes anew, at least
constexpr size_t kTicketWordsMax = 100'000;  // beyond these it is not searched
constexpr Duration kDelayMax = std::chrono::seconds(30);

// A ticket with much on it is read whole for every change, so it is read less often.
Duration DelayOf(const Ticket& ticket) {
  return std::min<Duration>(std::chrono::milliseconds(ticket.interaction_count), kDelayMax);
}

void Append(std::vector<Word>& words, std::vector<Word> more) {
  words.insert(words.end(), std::make_move_iterator(more.begin()),
               std::make_move_iterator(more.end()));
}

}  // namespace

muara::Status SearchIndex::Follow(sql::Tx& tx, const Entry& entry, Time now) {
  RETURN_IF_ERROR(store::EnqueueForSearch(tx, entry.ticket.id, now + DelayOf(entry.ticket)));
  tx.OnCommit([this] { wake_.Notify(); });
  return Ok();
}

muara::Status SearchIndex::FollowContact(sql::Tx& tx, const ContactId& contact, Time now) {
  RETURN_IF_ERROR(store::EnqueueContactForSearch(tx, contact, now));
  tx.OnCommit([this] { wake_.Notify(); });
  return Ok();
}

Result<std::vector<store::Segment>> SearchIndex::Read(sql::Tx& tx, const TicketId& id) const {
  ASSIGN_OR_RETURN(const Ticket ticket, store::Load(tx, id));
  WordReader reader;
  const auto read = [&](const std::string& text) { return reader.Read(text, kTicketWordsMax); };
  // What every segment begins with.
  std::vector<Word> about = read(ticket.subject);
  Append(about, read(ticket.reference));
  const auto contact = store::LoadContact(tx, ticket.contact_id);
  if (!contact.ok() && contact.error().code != Code::kNotFound) return contact.error();
  if (contact.ok()) {
    Append(about, read(contact->display_name));
    for (const ContactPoint& point : contact->points) Append(about, read(point.value));
  }
  about.resize(std::min(about.size(), kSegmentWordsMax / 2));
  const std::vector<std::string> facets = store::FacetsOf(ticket);
  std::vector<store::Segment> segments = {{about, facets}};
  size_t words = 0;
  for (int after = 0; words < kTicketWordsMax;) {
    ASSIGN_OR_RETURN(const auto interactions, store::ListInteractions(tx, id, after, kReadMax));
    if (interactions.empty()) break;
    after = interactions.back().sequence;
    for (const Interaction& interaction : interactions) {
      std::vector<Word> said = read(NewText(interaction.content));
      words += said.size();
      for (size_t at = 0; at < said.size();) {
        if (segments.back().words.size() >= kSegmentWordsMax) segments.push_back({about, facets});
        auto& into = segments.back().words;
        const size_t count = std::min(said.size() - at, kSegmentWordsMax - into.size());
        into.insert(into.end(), said.begin() + at, said.begin() + at + count);
        at += count;
      }
    }
  }
  return segments;
}

Result<int> SearchIndex::Refresh() {
  using Document = std::pair<store::Behind, std::vector<store::Segment>>;
  // Words are made outside of the transaction that writes them: there is one writer.
  ASSIGN_OR_RETURN(
      const auto documents, database_.Read([&](sql::Tx& tx) -> Result<std::vector<Document>> {
        ASSIGN_OR_RETURN(const auto behind, store::ListBehind(tx, clock_.Now(), kRefreshMax));
        std::vector<Document> read;
        size_t words = 0;
        for (const store::Behind& one : behind) {
          auto segments = Read(tx, one.id);
          if (!segments.ok() && segments.error().code != Code::kNotFound) return segments.error();
          read.emplace_back(one,
                            segments.ok() ? std::move(*segments) : std::vector<store::Segment>());
          for (const store::Segment& segment : read.back().second) words += segment.words.size();
          if (words >= kRefreshWordsMax) break;
        }
        return read;
      }));
  if (documents.empty()) return 0;
  RETURN_IF_ERROR(database_.Transact([&](sql::Tx& tx) -> muara::Status {
    for (const auto& [behind, segments] : documents) {
      RETURN_IF_ERROR(store::PutDocument(tx, behind, segments));
    }
    return Ok();
  }));
  return static_cast<int>(documents.size());
}

}  // namespace muara::ticket

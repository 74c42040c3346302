#include "services/ticket/app/contacts/contact_merges.h"

#include <algorithm>

#include "libs/bus/claim.h"
#include "services/ticket/domain/ticket.h"
#include "services/ticket/store/contacts/contacts.h"
#include "services/ticket/wire/events.h"

namespace muara::ticket {
namespace {

constexpr int kCandidatesMax = 50;

Error Refused(const char* reason, const std::string& message, const ContactId& other) {
  Error error = MakeError(Code::kFailedPrecondition, reason, message);
  error.metadata.emplace_back("contact_id", other.value);
  return error;
}

// Whose every point is nothing but their own word.
bool IsUnproven(const Contact& contact) {
  return std::none_of(contact.points.begin(), contact.points.end(), [](const ContactPoint& point) {
    return point.assurance > Assurance::kClaimed;
  });
}

muara::Status CheckPair(const Contact& source, const Contact& target, MergeRights rights) {
  if (source.merged_into) {
    return Refused("CONTACT_ALREADY_MERGED", "it goes on in another one already: undo that first",
                   *source.merged_into);
  }
  RETURN_IF_ERROR(CheckNotErased(source));
  RETURN_IF_ERROR(CheckNotErased(target));
  if (std::find(source.merged.begin(), source.merged.end(), target.id) != source.merged.end()) {
    return Refused("CONTACT_MERGE_CYCLE", "the other one goes on in this one", target.id);
  }
  if (target.merged_into) {
    return Refused("CONTACT_TARGET_MERGED", "the other one goes on in a third: merge into that",
                   *target.merged_into);
  }
  if (source.merged.size() + target.merged.size() + 2 > kGroupMax) {
    return MakeError(Code::kResourceExhausted, "TOO_MANY_MERGED",
                     "more than 50 contacts would be one");
  }
  if (rights == MergeRights::kAny || !(IsUnproven(source) || IsUnproven(target))) return Ok();
  return MakeError(Code::kPermissionDenied, "CONTACT_UNPROVEN",
                   "nobody vouches for one of them, and merging shows one's history to the other: "
                   "a supervisor decides");
}

}  // namespace

Result<Contact> ContactMerges::Merge(const ContactChange& change, const ContactId& into,
                                     MergeRights rights) {
  if (change.id == into) {
    return MakeError(Code::kFailedPrecondition, "CONTACT_MERGE_INTO_SELF",
                     "a contact cannot be merged into itself");
  }
  const Time now = clock_.Now();
  return database_.Transact([&](sql::Tx& tx) -> Result<Contact> {
    ASSIGN_OR_RETURN(const bool first, bus::Claim(tx, change.key, now));
    // Both, always in one order, so that two merges of the same pair cannot wait for each other.
    RETURN_IF_ERROR(store::LoadContactForChange(tx, std::min(change.id, into)));
    RETURN_IF_ERROR(store::LoadContactForChange(tx, std::max(change.id, into)));
    ASSIGN_OR_RETURN(Contact source, store::LoadContact(tx, change.id));
    if (!first) return source;
    ASSIGN_OR_RETURN(const Contact target, store::LoadContact(tx, into));
    RETURN_IF_ERROR(CheckVersion(source.version, change.expected_version));
    RETURN_IF_ERROR(CheckPair(source, target, rights));
    source.merged_into = into;
    source.merge_time = now;
    RETURN_IF_ERROR(store::SaveContact(tx, source));
    const wire::Cause cause{change.actor, "AGENT", change.why};
    RETURN_IF_ERROR(journal_.Note(tx, wire::ContactMerged(source, cause), now));
    return source;
  });
}

Result<Contact> ContactMerges::Unmerge(const ContactChange& change) {
  const Time now = clock_.Now();
  return database_.Transact([&](sql::Tx& tx) -> Result<Contact> {
    ASSIGN_OR_RETURN(const bool first, bus::Claim(tx, change.key, now));
    ASSIGN_OR_RETURN(Contact source, store::LoadContactForChange(tx, change.id));
    if (!first) return source;
    RETURN_IF_ERROR(CheckVersion(source.version, change.expected_version));
    RETURN_IF_ERROR(CheckNotErased(source));
    if (!source.merged_into) {
      return MakeError(Code::kFailedPrecondition, "CONTACT_NOT_MERGED",
                       "it goes on in no other one");
    }
    const ContactId from = *source.merged_into;
    source.merged_into.reset();
    source.merge_time.reset();
    RETURN_IF_ERROR(store::SaveContact(tx, source));
    const wire::Cause cause{change.actor, "AGENT", change.why};
    RETURN_IF_ERROR(journal_.Note(tx, wire::ContactUnmerged(source, from, cause), now));
    return source;
  });
}

Result<std::vector<ContactMerges::Candidate>> ContactMerges::Candidates(const ContactId& id) {
  return database_.Read([&](sql::Tx& tx) -> Result<std::vector<Candidate>> {
    ASSIGN_OR_RETURN(const Contact contact, store::LoadContact(tx, id));
    ASSIGN_OR_RETURN(const auto found, store::ListLikenesses(tx, contact, kCandidatesMax));
    std::vector<Candidate> candidates;
    for (const store::Likeness& one : found) {
      ASSIGN_OR_RETURN(Contact other, store::LoadContact(tx, one.id));
      candidates.push_back({std::move(other), one.reason, one.value});
    }
    return candidates;
  });
}

}  // namespace muara::ticket

// How two tickets belong together. A link is read "`from`'s <kind> is `to`": a child names its
// parent, an incident its problem. RELATED has no direction.
#pragma once

#include "libs/base/result.h"
#include "services/ticket/domain/ids.h"

namespace muara::ticket {

// Numbers as on the wire and in the store.
enum class LinkKind {
  kRelated = 1,
  kParent = 2,
  kProblem = 3,
  kDuplicateOf = 4,
  kFollowUpOf = 5,  // made by the lifecycle alone
};

constexpr size_t kLinksMax = 200;  // of one ticket, both ways

const char* LinkKindName(LinkKind kind);

struct Link {
  TicketId from;
  LinkKind kind = LinkKind::kRelated;
  TicketId to;

  // One form of both ways of a link without a direction.
  Link Normal() const;
  const TicketId& OtherOf(const TicketId& id) const { return id == from ? to : from; }
  // LINK_TO_SELF.
  muara::Status Check() const;
};

// PARENT and PROBLEM: a ticket has one at most, and they never lead back to it.
bool IsHierarchy(LinkKind kind);

}  // namespace muara::ticket

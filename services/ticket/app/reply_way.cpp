#include "services/ticket/app/reply_way.h"

#include <algorithm>

#include "services/ticket/store/contacts/groups.h"
#include "services/ticket/store/contacts/points.h"
#include "services/ticket/store/interactions.h"

namespace muara::ticket {
namespace {

using store::Trace;

constexpr int kTracesMax = 200;  // the newest messages, in which a thread is looked for

Error Wrong(const char* field, const char* why) {
  return InvalidFields({{std::string("target.") + field, why}});
}

bool IsAmong(const std::vector<ContactId>& group, const std::string& id) {
  return std::any_of(group.begin(), group.end(),
                     [&](const ContactId& one) { return one.value == id; });
}

bool Reaches(const Trace& trace, const ContactPoint& point) {
  return std::any_of(trace.points.begin(), trace.points.end(), [&](const ContactPoint& one) {
    return one.kind == point.kind && NormalPoint(one.kind, one.value) == point.value;
  });
}

template <class Fits>
const Trace* Newest(const std::vector<Trace>& traces, Fits fits) {
  const auto found = std::find_if(traces.begin(), traces.end(), fits);
  return found == traces.end() ? nullptr : &*found;
}

ReplyWay Along(const Trace& trace) {
  return {
      trace.channel,   trace.endpoint, trace.conversation, trace.points, trace.provider_message_id,
      trace.references};
}

// One reply's search, over what this ticket has seen.
class WaySearch {
 public:
  WaySearch(sql::Tx& tx, const Ticket& ticket, const ReplyTarget& target,
            const Mailboxes& mailboxes, std::vector<Trace> traces, std::vector<ContactId> requester)
      : tx_(tx),
        ticket_(ticket),
        target_(target),
        mailboxes_(mailboxes),
        traces_(std::move(traces)),
        requester_(std::move(requester)) {}

  Result<ReplyWay> ToPoint() {
    if (target_.value.empty()) return Wrong("value", "is required with a kind");
    if (!target_.kind) return Wrong("kind", "is required with a value");
    const auto channel = ChannelTo(*target_.kind);
    if (!channel) return Wrong("kind", "is none that a channel of ours delivers to");
    ASSIGN_OR_RETURN(const ContactPoint point, Checked());
    return *channel == Channel::kChat ? ByChat(point) : ByMail(point);
  }

  Result<ReplyWay> ByEndpoint() {
    const Trace* last = Newest(traces_, [&](const Trace& one) {
      return one.endpoint == target_.endpoint && IsDelivered(one.channel) &&
             (IsOurs(one) || IsRequesters(one));
    });
    if (last != nullptr) return Along(*last);
    if (!mailboxes_.contains(target_.endpoint)) {
      return Wrong("endpoint", "is none of ours that this ticket knows");
    }
    const Trace* mail = Newest(traces_, [&](const Trace& one) {
      return one.channel == Channel::kEmail && IsRequesters(one);
    });
    if (mail != nullptr) {
      ReplyWay way = Along(*mail);
      way.endpoint = target_.endpoint;
      return way;
    }
    ASSIGN_OR_RETURN(const auto addresses, store::ListVerified(tx_, requester_, PointKind::kEmail,
                                                               /*limit=*/2));
    if (addresses.size() == 1) return ByMail(addresses[0]);
    return Wrong("value", addresses.empty()
                              ? "is needed: no address of the contact is more than claimed"
                              : "is needed: the contact has several addresses");
  }

 private:
  static bool IsOurs(const Trace& one) { return one.direction == Direction::kOutbound; }
  bool IsRequesters(const Trace& one) const {
    return one.direction == Direction::kInbound && IsAmong(requester_, one.author_id);
  }

  // The point as it is known of who takes part.
  Result<ContactPoint> Checked() {
    const std::string value = NormalPoint(*target_.kind, target_.value);
    ASSIGN_OR_RETURN(const auto found, store::FindPoint(tx_, *target_.kind, value));
    if (!found) return Wrong("value", "finds nobody: what is merely claimed gets no answers");
    bool requesters = IsAmong(requester_, found->owner.value);
    if (!requesters) {
      ASSIGN_OR_RETURN(const auto group, store::GroupOf(tx_, found->owner));
      ASSIGN_OR_RETURN(const bool wrote, store::HasWritten(tx_, ticket_.id, group));
      if (!wrote) return Wrong("value", "is of nobody who takes part in this ticket");
    }
    if (found->point.assurance != Assurance::kClaimed) return found->point;
    const bool came_from_there =
        requesters && Newest(traces_, [&](const Trace& one) {
                        return IsRequesters(one) && Reaches(one, found->point);
                      }) != nullptr;
    if (came_from_there) return found->point;
    return Wrong("value", "is merely claimed: somebody has to vouch for it first");
  }

  // A visitor is where a conversation of theirs is; what they say elsewhere would be another
  // ticket.
  Result<ReplyWay> ByChat(const ContactPoint& point) {
    const Trace* chat = Newest(traces_, [&](const Trace& one) {
      return one.channel == Channel::kChat && Reaches(one, point);
    });
    if (chat == nullptr) return Wrong("value", "has no chat on this ticket");
    if (!target_.endpoint.empty() && target_.endpoint != chat->endpoint) {
      return Wrong("endpoint", "is not where this chat is");
    }
    ReplyWay way = Along(*chat);
    way.points = {point};
    return way;
  }

  Result<ReplyWay> ByMail(const ContactPoint& point) {
    ReplyWay way;
    way.conversation = ticket_.id.value;
    const Trace* thread = Newest(traces_, [&](const Trace& one) {
      return one.channel == Channel::kEmail && Reaches(one, point);
    });
    if (thread != nullptr) way = Along(*thread);
    way.points = {point};
    if (!target_.endpoint.empty()) {
      if (!IsMailbox(target_.endpoint)) return Wrong("endpoint", "is no mailbox of ours");
      way.endpoint = target_.endpoint;
    }
    if (way.endpoint.empty()) way.endpoint = MailboxOf(mailboxes_, ticket_.queue_id);
    if (way.endpoint.empty()) return Wrong("endpoint", "is required: no mailbox of ours is known");
    return way;
  }

  bool IsMailbox(const std::string& endpoint) const {
    return mailboxes_.contains(endpoint) ||
           Newest(traces_, [&](const Trace& one) {
             return one.channel == Channel::kEmail && one.endpoint == endpoint;
           }) != nullptr;
  }

  sql::Tx& tx_;
  const Ticket& ticket_;
  const ReplyTarget& target_;
  const Mailboxes& mailboxes_;
  const std::vector<Trace> traces_;
  const std::vector<ContactId> requester_;
};

}  // namespace

ReplyWay WayOf(const Interaction& last) {
  return {last.channel,   last.endpoint, last.conversation, last.points, last.provider_message_id,
          last.references};
}

Result<ReplyWay> FindWay(sql::Tx& tx, const Ticket& ticket, const ReplyTarget& target,
                         const Mailboxes& mailboxes) {
  ASSIGN_OR_RETURN(auto traces, store::ListTraces(tx, ticket.id, kTracesMax));
  ASSIGN_OR_RETURN(auto requester, store::GroupOf(tx, ticket.contact_id));
  WaySearch search(tx, ticket, target, mailboxes, std::move(traces), std::move(requester));
  return target.kind || !target.value.empty() ? search.ToPoint() : search.ByEndpoint();
}

}  // namespace muara::ticket

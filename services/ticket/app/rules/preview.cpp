#include "services/ticket/app/rules/preview.h"

#include <algorithm>

#include "services/ticket/store/rules/schedules.h"
#include "services/ticket/wire/rules.h"

namespace muara::ticket {
namespace {

constexpr int kPageMax = 200;

}  // namespace

Result<PreviewResult> RulePreview::Ask(const Rule& rule, const PreviewSpan& span,
                                       const PreviewPlace& place) {
  if (rule.schedule) return AskSchedule(rule, span, place);
  if (!span.ticket_id.empty()) return AskTicket(rule, span, place.position);
  return AskLog(rule, span, place);
}

// The parts of the log, one after the other.
Result<PreviewResult> RulePreview::AskLog(const Rule& rule, const PreviewSpan& span,
                                          PreviewPlace place) {
  PreviewResult result;
  while (place.part < bus::kParts && result.looked_at < kPreviewFactsMax) {
    if (place.position == 0) {
      ASSIGN_OR_RETURN(place.position, log_.FirstSince(place.part, span.from));
    }
    ASSIGN_OR_RETURN(const auto entries, log_.Read(place.part, place.position, kPageMax));
    bool goes_on = !entries.empty();
    for (size_t i = 0; i < entries.size() && goes_on; ++i) {
      ASSIGN_OR_RETURN(goes_on, Look(rule, span, entries[i].envelope, result));
    }
    place = goes_on ? PreviewPlace{place.part, entries.back().position + 1}
                    : PreviewPlace{place.part + 1, 0};
  }
  if (place.part < bus::kParts) result.next = place;
  return result;
}

Result<PreviewResult> RulePreview::AskTicket(const Rule& rule, const PreviewSpan& span,
                                             int64_t after) {
  PreviewResult result;
  ASSIGN_OR_RETURN(const auto entries, database_.Read([&](sql::Tx& tx) {
    return log_.OfKey(tx, span.ticket_id.value, after + 1, kPreviewFactsMax, span.until);
  }));
  for (const bus::KeyEntry& entry : entries) {
    RETURN_IF_ERROR(Look(rule, span, entry.envelope, result));
  }
  // A page may also be short because its facts are long.
  if (!entries.empty()) result.next = PreviewPlace{0, entries.back().version};
  return result;
}

Result<bool> RulePreview::Look(const Rule& rule, const PreviewSpan& span, const std::string& bytes,
                               PreviewResult& result) {
  const auto envelope = bus::ParseEnvelope(bytes);
  if (!envelope) return true;
  if (envelope->time >= span.until) return false;
  ++result.looked_at;
  const std::string name = envelope->type.substr(envelope->type.rfind('.') + 1);
  if (envelope->time < span.from || !rule.IsTriggeredBy(name)) return true;
  const auto happening = wire::HappeningOf(*envelope);
  if (!happening.ok()) return true;  // written by a newer build: nothing to be said of it
  const PreviewedFact fact{happening->ticket.id, happening->ticket.reference, happening->fact,
                           happening->event_id, happening->time};
  RETURN_IF_ERROR(
      Judge(rule, fact, Subject{happening->ticket, &*happening, {}, happening->time}, result));
  return true;
}

muara::Status RulePreview::Judge(const Rule& rule, const PreviewedFact& fact,
                                 const Subject& subject, PreviewResult& result) {
  Subject known = subject;
  ASSIGN_OR_RETURN(known.contact_domains, database_.Read([&](sql::Tx& tx) {
    return DomainsIn(tx, rule, subject.ticket);
  }));
  const auto failure = FirstFailure(rule.groups, known);
  ++(failure ? result.miss_count : result.match_count);
  if (failure && result.misses.size() < kPreviewShownMax) result.misses.push_back({fact, *failure});
  if (!failure && result.matches.size() < kPreviewShownMax) {
    const bool guarded =
        subject.happening != nullptr && !MayFollow(rule.id, subject.happening->rules);
    result.matches.push_back({fact, guarded});
  }
  return Ok();
}

// Those whose time came in the span; the next page begins behind a ticket of a time.
Result<PreviewResult> RulePreview::AskSchedule(const Rule& rule, const PreviewSpan& span,
                                               const PreviewPlace& after) {
  const Duration wait = rule.schedule->after;
  store::SchedulePlace place{span.from - wait, {}};
  if (after.position != 0) place = {FromMicros(after.position), after.ticket_id};
  ASSIGN_OR_RETURN(const auto reached, database_.Read([&](sql::Tx& tx) {
    return store::ListReached(tx, rule.schedule->from, place, span.until - wait - Duration(1),
                              kPreviewFactsMax);
  }));
  PreviewResult result;
  for (const auto& one : reached) {
    ++result.looked_at;
    if (!span.ticket_id.empty() && span.ticket_id != one.ticket_id) continue;
    const auto ticket = database_.Read([&](sql::Tx& tx) { return store::Load(tx, one.ticket_id); });
    if (!ticket.ok() || IsOver(ticket->status) || IsRemoved(ticket->status)) continue;
    const PreviewedFact fact{one.ticket_id, ticket->reference, "", "", one.time + wait};
    RETURN_IF_ERROR(Judge(rule, fact, Subject{*ticket, nullptr, {}, fact.time}, result));
  }
  if (reached.size() == kPreviewFactsMax) {
    result.next = PreviewPlace{0, ToMicros(reached.back().time), reached.back().ticket_id};
  }
  return result;
}

}  // namespace muara::ticket

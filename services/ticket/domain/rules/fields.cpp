#include "services/ticket/domain/rules/fields.h"

#include <algorithm>
#include <chrono>

namespace muara::ticket {
namespace {

using Codes = std::vector<std::string>;

const Codes kStatuses = {"NEW",     "OPEN",    "PENDING", "RESOLVED", "CLOSED",
                         "ON_HOLD", "SNOOZED", "MERGED",  "SPAM",     "DELETED"};
const Codes kPriorities = {"LOW", "NORMAL", "HIGH", "URGENT"};
const Codes kChannels = {"EMAIL", "CHAT", "SOCIAL", "PHONE", "API"};
const Codes kInteractionKinds = {"MESSAGE", "NOTE", "SURVEY_ANSWER"};
const Codes kDirections = {"INBOUND", "OUTBOUND", "INTERNAL"};
const Codes kOrigins = {"HUMAN", "AUTO_REPLY", "BULK", "BOUNCE", "OWN_LOOP"};
const Codes kHints = {"REPLY_TOKEN", "PROVIDER_THREAD", "REPLY_TO_MESSAGE",
                      "REFERENCE",   "SUBJECT_TAG",     "OPEN_TICKET"};
const Codes kAuthors = {"CONTACT", "AGENT", "SYSTEM"};
const Codes kActors = {"AGENT", "CONTACT", "SERVICE", "RULE"};

Seen Text(const std::string& text) { return {!text.empty(), {text}}; }
Seen Number(double number) { return {true, {}, number}; }
Seen Truth(bool is_true) { return {true, {}, is_true ? 1.0 : 0.0}; }
Seen At(const std::optional<Time>& time) {
  return {time.has_value(), {}, 0, time.value_or(Time())};
}
Seen All(const std::vector<std::string>& texts) { return {!texts.empty(), texts}; }

// Numbers of our enumerations begin at 1, and are those of the wire.
template <class Enum>
Seen Coded(const Codes& codes, Enum value) {
  const auto index = static_cast<size_t>(value);
  if (index < 1 || index > codes.size()) return {};
  return {true, {codes[index - 1]}, static_cast<double>(index)};
}

const Interaction* On(const Subject& s) {
  return s.happening != nullptr && s.happening->interaction ? &*s.happening->interaction : nullptr;
}

template <class Read>
Seen OfInteraction(const Subject& s, const Read& read) {
  const Interaction* interaction = On(s);
  return interaction == nullptr ? Seen{} : read(*interaction);
}

std::string AuthorOf(const Interaction& i) {
  if (i.direction == Direction::kInbound) return "CONTACT";
  return i.author_id.empty() ? "SYSTEM" : "AGENT";
}

using S = const Subject&;
constexpr FieldScope kI = FieldScope::kInteraction;
constexpr FieldScope kF = FieldScope::kFact;

std::vector<FieldSpec> TicketSpecs() {
  using K = FieldKind;
  constexpr FieldScope kT = FieldScope::kTicket;
  return {
      {"status", K::kCode, kT, kStatuses, [](S s) { return Coded(kStatuses, s.ticket.status); }},
      {"status_name", K::kCode, kT, {}, [](S s) { return Text(s.ticket.status_name); }},
      {"priority", K::kLevel, kT, kPriorities,
       [](S s) { return Coded(kPriorities, s.ticket.priority); }},
      {"queue_id", K::kCode, kT, {}, [](S s) { return Text(s.ticket.queue_id); }},
      {"channel", K::kCode, kT, kChannels, [](S s) { return Coded(kChannels, s.ticket.channel); }},
      {"endpoint", K::kCode, kT, {}, [](S s) { return Text(s.ticket.endpoint); }},
      {"subject", K::kText, kT, {}, [](S s) { return Text(s.ticket.subject); }},
      {"type", K::kCode, kT, {}, [](S s) { return Text(s.ticket.type); }},
      {"tags", K::kSet, kT, {}, [](S s) { return All(s.ticket.tags); }},
      {"disposition", K::kCode, kT, {}, [](S s) { return Text(s.ticket.disposition); }},
      {"escalation_level",
       K::kNumber,
       kT,
       {},
       [](S s) { return Number(s.ticket.escalation_level); }},
      {"assignee_agent_id", K::kCode, kT, {}, [](S s) { return Text(s.ticket.assignee_id); }},
      {"flagged", K::kBoolean, kT, {}, [](S s) { return Truth(s.ticket.flagged); }},
      {"flag_note", K::kText, kT, {}, [](S s) { return Text(s.ticket.flag_note); }},
      {"flag_reason", K::kCode, kT, {}, [](S s) { return Text(s.ticket.flag_reason); }},
      {"contact_id", K::kCode, kT, {}, [](S s) { return Text(s.ticket.contact_id.value); }},
      {"account_id", K::kCode, kT, {}, [](S s) { return Text(s.ticket.account_id.value); }},
      {"contact_name", K::kText, kT, {}, [](S s) { return Text(s.ticket.contact_name); }},
      {kContactDomainField, K::kSet, kT, {}, [](S s) { return All(s.contact_domains); }},
      {"follow_up_of", K::kCode, kT, {}, [](S s) { return Text(s.ticket.follow_up_of.value); }},
      {"interaction_count",
       K::kNumber,
       kT,
       {},
       [](S s) { return Number(s.ticket.interaction_count); }},
      {"create_time", K::kTime, kT, {}, [](S s) { return At(s.ticket.create_time); }},
      {"update_time", K::kTime, kT, {}, [](S s) { return At(s.ticket.update_time); }},
      {"first_reply_time", K::kTime, kT, {}, [](S s) { return At(s.ticket.first_reply_time); }},
      {"last_inbound_time", K::kTime, kT, {}, [](S s) { return At(s.ticket.last_inbound_time); }},
      {"last_outbound_time", K::kTime, kT, {}, [](S s) { return At(s.ticket.last_outbound_time); }},
      {"resolve_time", K::kTime, kT, {}, [](S s) { return At(s.ticket.resolve_time); }},
      {"until_time", K::kTime, kT, {}, [](S s) { return At(s.ticket.until); }},
  };
}

using I = const Interaction&;

std::vector<FieldSpec> InteractionSpecs() {
  using K = FieldKind;
  return {
      {"interaction.kind", K::kCode, kI, kInteractionKinds,
       [](S s) { return OfInteraction(s, [](I i) { return Coded(kInteractionKinds, i.kind); }); }},
      {"interaction.direction", K::kCode, kI, kDirections,
       [](S s) { return OfInteraction(s, [](I i) { return Coded(kDirections, i.direction); }); }},
      {"interaction.channel", K::kCode, kI, kChannels,
       [](S s) { return OfInteraction(s, [](I i) { return Coded(kChannels, i.channel); }); }},
      {"interaction.origin", K::kCode, kI, kOrigins,
       [](S s) { return OfInteraction(s, [](I i) { return Coded(kOrigins, i.origin); }); }},
      {"interaction.author", K::kCode, kI, kAuthors,
       [](S s) { return OfInteraction(s, [](I i) { return Text(AuthorOf(i)); }); }},
      {"interaction.author_id",
       K::kCode,
       kI,
       {},
       [](S s) { return OfInteraction(s, [](I i) { return Text(i.author_id); }); }},
      {"interaction.subject",
       K::kText,
       kI,
       {},
       [](S s) { return OfInteraction(s, [](I i) { return Text(i.content.subject); }); }},
      {"interaction.text",
       K::kText,
       kI,
       {},
       [](S s) { return OfInteraction(s, [](I i) { return Text(NewText(i.content)); }); }},
      {"interaction.has_attachments",
       K::kBoolean,
       kI,
       {},
       [](S s) {
         return OfInteraction(s, [](I i) { return Truth(!i.content.attachments.empty()); });
       }},
      {"interaction.matched_by", K::kCode, kI, kHints,
       [](S s) { return OfInteraction(s, [](I i) { return Coded(kHints, i.matched_by); }); }},
      {"interaction.unknown_sender",
       K::kBoolean,
       kI,
       {},
       [](S s) { return OfInteraction(s, [](I i) { return Truth(i.unknown_sender); }); }},
  };
}

template <class Read>
Seen OfFact(const Subject& s, const Read& read) {
  return s.happening == nullptr ? Seen{} : read(*s.happening);
}

using H = const Happening&;

std::vector<FieldSpec> FactSpecs() {
  using K = FieldKind;
  return {
      {"fact.type",
       K::kCode,
       kF,
       {},
       [](S s) { return OfFact(s, [](H h) { return Text(h.fact); }); }},
      {"fact.reopened",
       K::kBoolean,
       kF,
       {},
       [](S s) { return OfFact(s, [](H h) { return Truth(h.reopened); }); }},
      {"fact.reason",
       K::kCode,
       kF,
       {},
       [](S s) { return OfFact(s, [](H h) { return Text(h.reason); }); }},
      {"fact.actor",
       K::kCode,
       kF,
       {},
       [](S s) { return OfFact(s, [](H h) { return Text(h.actor); }); }},
      {"fact.actor_kind", K::kCode, kF, kActors,
       [](S s) { return OfFact(s, [](H h) { return Coded(kActors, ActorKindOf(h)); }); }},
      {"fact.changed",
       K::kSet,
       kF,
       {},
       [](S s) { return OfFact(s, [](H h) { return All(h.changed); }); }},
  };
}

Time MidnightOf(const std::string& date) {
  const auto part = [&](size_t from, size_t size) {
    return std::atoi(date.substr(from, size).c_str());
  };
  const std::chrono::year_month_day day(std::chrono::year(part(0, 4)),
                                        std::chrono::month(static_cast<unsigned>(part(5, 2))),
                                        std::chrono::day(static_cast<unsigned>(part(8, 2))));
  return std::chrono::sys_days(day);
}

}  // namespace

ActorKind ActorKindOf(const Happening& happening) {
  if (happening.actor.starts_with("rules/")) return ActorKind::kRule;
  if (happening.actor.starts_with("contacts/")) return ActorKind::kContact;
  return happening.actor.starts_with("services/") ? ActorKind::kService : ActorKind::kAgent;
}

const std::vector<FieldSpec>& FieldSpecs() {
  static const std::vector<FieldSpec> kAll = [] {
    std::vector<FieldSpec> all = TicketSpecs();
    for (const auto& more : {InteractionSpecs(), FactSpecs()}) {
      all.insert(all.end(), more.begin(), more.end());
    }
    return all;
  }();
  return kAll;
}

const FieldSpec* FindFieldSpec(const std::string& name) {
  const auto& all = FieldSpecs();
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const FieldSpec& one) { return one.name == name; });
  return found == all.end() ? nullptr : &*found;
}

FieldSpec SpecOf(const CustomField& field) {
  FieldSpec spec{kDeclaredPrefix + field.key};
  switch (field.type) {
    case FieldType::kText:
      spec.kind = FieldKind::kText;
      break;
    case FieldType::kNumber:
      spec.kind = FieldKind::kNumber;
      break;
    case FieldType::kBoolean:
      spec.kind = FieldKind::kBoolean;
      break;
    case FieldType::kDate:
      spec.kind = FieldKind::kTime;
      break;
    case FieldType::kChoice:
      spec.codes = field.options;
      break;
  }
  return spec;
}

Seen ReadDeclared(const Ticket& ticket, const std::string& key) {
  const auto found = std::find_if(ticket.fields.begin(), ticket.fields.end(),
                                  [&](const FieldValue& one) { return one.key == key; });
  if (found == ticket.fields.end()) return {};
  if (found->type == FieldType::kDate && found->text.size() == 10) {
    return {true, {found->text}, 0, MidnightOf(found->text)};
  }
  return {true, {found->text}, found->number};
}

}  // namespace muara::ticket

#include "services/ticket/wire/search.h"

#include "libs/base/slug.h"
#include "libs/rpc/timestamp.h"

namespace muara::ticket::wire {
namespace {

constexpr int64_t kSecondsMax = 253402300799;

template <class Enum, class Field>
std::vector<Enum> Values(const Field& field, bool (*is_valid)(int), const char* name,
                         std::vector<Violation>& problems) {
  std::vector<Enum> values;
  for (const int value : field) {
    if (!is_valid(value) || value == 0) problems.push_back({name, "has an unknown value"});
    values.push_back(static_cast<Enum>(value));
  }
  if (values.size() > kFilterValuesMax) problems.push_back({name, "has more than 50 values"});
  return values;
}

template <class Field>
std::vector<std::string> Texts(const Field& field, const char* name,
                               std::vector<Violation>& problems) {
  std::vector<std::string> texts(field.begin(), field.end());
  if (texts.size() > kFilterValuesMax) problems.push_back({name, "has more than 50 values"});
  for (const std::string& text : texts) {
    if (text.empty() || text.size() > kFilterValueBytesMax) {
      problems.push_back({name, "has a value that is not 1 to 320 bytes"});
    }
  }
  return texts;
}

// "none" is what has none.
std::vector<std::string> OrNone(std::vector<std::string> texts) {
  for (std::string& text : texts) {
    if (text == "none") text.clear();
  }
  return texts;
}

bool IsDay(const std::string& text) {
  return text.size() == 10 && text[4] == '-' && text[7] == '-' &&
         text.find_first_not_of("0123456789-") == std::string::npos;
}

FieldFilter FromProto(const v1::FieldFilter& in, std::vector<Violation>& problems) {
  FieldFilter out;
  out.key = in.key();
  if (!IsSlug(out.key)) problems.push_back({"filter.fields.key", "is no key of a field"});
  out.any_of = Texts(in.any_of(), "filter.fields.any_of", problems);
  if (in.has_boolean()) out.number_from = out.number_to = in.boolean() ? 1 : 0;
  if (in.has_number_from()) out.number_from = in.number_from();
  if (in.has_number_to()) out.number_to = in.number_to();
  for (const auto* day : {&in.date_from(), &in.date_to()}) {
    if (!day->empty() && !IsDay(*day)) problems.push_back({"filter.fields", "has no such day"});
  }
  out.date_from = in.date_from();
  out.date_to = in.date_to();
  out.unset = in.unset();
  const bool bounded = !out.any_of.empty() || out.number_from || out.number_to ||
                       !out.date_from.empty() || !out.date_to.empty();
  if (out.unset && bounded) {
    problems.push_back({"filter.fields.unset", "leaves no value to compare"});
  }
  return out;
}

std::optional<Time> MaybeTime(bool there, const google::protobuf::Timestamp& time, const char* name,
                              std::vector<Violation>& problems) {
  if (!there) return std::nullopt;
  if (time.seconds() < 0 || time.seconds() > kSecondsMax) {
    problems.push_back({name, "is not a time from 1970 to 9999"});
    return std::nullopt;
  }
  return rpc::FromTimestamp(time);
}

}  // namespace

Result<Filter> FromProto(const v1::TicketFilter& in, const std::string& me) {
  std::vector<Violation> problems;
  Filter filter;
  filter.statuses =
      Values<Status>(in.statuses(), v1::TicketStatus_IsValid, "filter.statuses", problems);
  filter.priorities =
      Values<Priority>(in.priorities(), v1::Priority_IsValid, "filter.priorities", problems);
  filter.channels =
      Values<Channel>(in.channels(), connector::v1::Channel_IsValid, "filter.channels", problems);
  filter.queue_ids = Texts(in.queue_ids(), "filter.queue_ids", problems);
  filter.assignee_ids = Texts(in.assignee_agent_ids(), "filter.assignee_agent_ids", problems);
  for (std::string& agent : filter.assignee_ids) {
    if (agent == "none") agent.clear();
    if (agent == "me") agent = me;
  }
  filter.endpoints = Texts(in.endpoints(), "filter.endpoints", problems);
  filter.contact_id = ContactId{in.contact_id()};
  for (std::string& id : OrNone(Texts(in.account_ids(), "filter.account_ids", problems))) {
    filter.account_ids.push_back({std::move(id)});
  }
  filter.tags = Texts(in.tags(), "filter.tags", problems);
  if (in.has_flagged()) filter.flagged = in.flagged();
  filter.created_from =
      MaybeTime(in.has_created_from(), in.created_from(), "filter.created_from", problems);
  filter.created_before =
      MaybeTime(in.has_created_before(), in.created_before(), "filter.created_before", problems);
  filter.updated_from =
      MaybeTime(in.has_updated_from(), in.updated_from(), "filter.updated_from", problems);
  filter.updated_before =
      MaybeTime(in.has_updated_before(), in.updated_before(), "filter.updated_before", problems);
  filter.types = OrNone(Texts(in.types(), "filter.types", problems));
  filter.dispositions = OrNone(Texts(in.dispositions(), "filter.dispositions", problems));
  filter.status_names = OrNone(Texts(in.status_names(), "filter.status_names", problems));
  filter.escalation_levels.assign(in.escalation_levels().begin(), in.escalation_levels().end());
  if (filter.escalation_levels.size() > kFilterValuesMax) {
    problems.push_back({"filter.escalation_levels", "has more than 50 values"});
  }
  if (in.fields_size() > static_cast<int>(kFieldFiltersMax)) {
    problems.push_back({"filter.fields", "are more than 10"});
  }
  for (const auto& one : in.fields()) filter.fields.push_back(FromProto(one, problems));
  filter.resolved_from =
      MaybeTime(in.has_resolved_from(), in.resolved_from(), "filter.resolved_from", problems);
  filter.resolved_before =
      MaybeTime(in.has_resolved_before(), in.resolved_before(), "filter.resolved_before", problems);
  filter.last_inbound_from = MaybeTime(in.has_last_inbound_from(), in.last_inbound_from(),
                                       "filter.last_inbound_from", problems);
  filter.last_inbound_before = MaybeTime(in.has_last_inbound_before(), in.last_inbound_before(),
                                         "filter.last_inbound_before", problems);
  filter.merged_into = TicketId{in.merged_into()};
  if (!problems.empty()) return InvalidFields(std::move(problems));
  return filter;
}

v1::View ToProto(const View& view) {
  v1::View out;
  out.set_id(view.id);
  out.set_name(view.name);
  out.set_owner(view.owner);
  out.set_shared(view.shared);
  out.mutable_filter()->ParseFromString(view.filter);
  out.set_version(view.version);
  return out;
}

void AddFragments(const Excerpt& excerpt, google::protobuf::RepeatedPtrField<v1::Fragment>* to) {
  for (const Fragment& fragment : excerpt.fragments) {
    v1::Fragment* out = to->Add();
    out->set_text(fragment.text);
    out->set_found(fragment.found);
  }
}

}  // namespace muara::ticket::wire

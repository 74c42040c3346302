#include "services/feedback/wire/events.h"

#include "muara/feedback/v1/facts.pb.h"
#include "services/feedback/wire/surveys.h"

namespace muara::feedback::wire {

bus::Fact SurveyRequested(const Survey& survey, const Invitation& invitation) {
  v1::SurveyRequested fact;
  *fact.mutable_survey() = ToProto(survey);
  fact.set_url(invitation.url);
  fact.set_token(invitation.token);
  fact.set_minimum(survey.scale.minimum);
  fact.set_maximum(survey.scale.maximum);
  fact.set_endpoint(invitation.endpoint);
  fact.set_conversation(invitation.conversation);
  for (const Point& point : invitation.recipients) {
    auto* out = fact.add_recipients();
    out->set_kind(static_cast<connector::v1::ContactPointKind>(point.kind));
    out->set_value(point.value);
    out->set_display_name(point.display_name);
  }
  fact.set_ticket_reference(survey.ticket_reference);
  fact.set_subject(invitation.subject);
  fact.set_in_reply_to(invitation.in_reply_to);
  for (const std::string& reference : invitation.references) fact.add_references(reference);
  fact.set_language(survey.language);
  return {survey.ticket_id, v1::SurveyRequested::descriptor()->full_name(),
          fact.SerializeAsString()};
}

bus::Fact SurveyAnswered(const Survey& survey) {
  v1::SurveyAnswered fact;
  *fact.mutable_survey() = ToProto(survey);
  fact.set_bad(survey.IsBad());
  return {survey.ticket_id, v1::SurveyAnswered::descriptor()->full_name(),
          fact.SerializeAsString()};
}

}  // namespace muara::feedback::wire

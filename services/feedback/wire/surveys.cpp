#include "services/feedback/wire/surveys.h"

#include "libs/rpc/timestamp.h"

namespace muara::feedback::wire {

v1::Survey ToProto(const Survey& survey) {
  v1::Survey out;
  out.set_id(survey.id);
  out.set_ticket_id(survey.ticket_id);
  out.set_contact_id(survey.contact_id);
  out.set_agent_id(survey.agent_id);
  out.set_queue_id(survey.queue_id);
  out.set_channel(static_cast<connector::v1::Channel>(survey.channel));
  out.set_question_version(survey.question_version);
  rpc::SetTimestamp(out.mutable_create_time(), survey.create_time);
  rpc::SetTimestamp(out.mutable_expire_time(), survey.expire_time);
  if (survey.answer_time) rpc::SetTimestamp(out.mutable_answer_time(), *survey.answer_time);
  out.set_score(survey.score);
  out.set_comment(survey.comment);
  out.set_answered_by(survey.answered_by);
  out.set_version(survey.version);
  return out;
}

v1::PublicSurvey ToPublic(const Survey& survey, Time now) {
  v1::PublicSurvey out;
  out.set_state(now > survey.expire_time ? "EXPIRED" : survey.answer_time ? "ANSWERED" : "OPEN");
  out.set_minimum(survey.scale.minimum);
  out.set_maximum(survey.scale.maximum);
  out.set_score(survey.score);
  out.set_ticket_reference(survey.ticket_reference);
  out.set_language(survey.language);
  return out;
}

}  // namespace muara::feedback::wire

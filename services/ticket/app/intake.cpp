#include "services/ticket/app/intake.h"

#include "libs/base/text.h"
#include "services/ticket/app/attachments/attachments.h"
#include "services/ticket/app/follow_ups.h"
#include "services/ticket/domain/contacts/contact.h"
#include "services/ticket/store/contacts/contacts.h"
#include "services/ticket/store/interactions.h"
#include "services/ticket/store/tickets.h"
#include "services/ticket/wire/events.h"

namespace muara::ticket {
namespace {

constexpr size_t kMadeSubjectBytes = 100;

wire::Cause CauseOf(const Contact& contact, const char* reason) {
  return {"contacts/" + contact.id.value, reason, ""};
}

// Followed only for the sender's own new ticket, or by proof of having had a mail of ours: a
// ticket's number and a forged sender are easily had, and would turn the answers to a stranger.
std::vector<ContactPoint> AnswersTo(const Submission& submission) {
  return {submission.reply_to.value_or(submission.sender)};
}

Interaction ToInteraction(const Submission& submission, const Contact& contact,
                          const Ticket& ticket, HintKind matched_by, Time now) {
  Interaction interaction;
  interaction.id = InteractionId::New();
  interaction.ticket_id = ticket.id;
  interaction.direction = Direction::kInbound;
  interaction.channel = submission.channel;
  interaction.endpoint = submission.endpoint;
  interaction.conversation =
      submission.conversation.empty() ? ticket.id.value : submission.conversation;
  interaction.author_id = contact.id.value;
  interaction.author_name = submission.sender.display_name.empty() ? contact.display_name
                                                                   : submission.sender.display_name;
  interaction.content = submission.content;
  interaction.points = {submission.sender};
  interaction.provider_message_id = submission.provider_message_id;
  interaction.references = submission.references;
  interaction.origin = submission.origin;
  interaction.evidence = submission.evidence;
  interaction.matched_by = matched_by;
  interaction.unknown_sender = !contact.IsAlso(ticket.contact_id);
  interaction.create_time = now;
  return interaction;
}

// The answer to the ticket's survey, if this is one: only the requester was asked.
std::optional<int> ScoreIn(const Submission& submission, const Contact& contact,
                           const Ticket& ticket) {
  if (submission.origin != Origin::kHuman || !contact.IsAlso(ticket.contact_id))
    return std::nullopt;
  return SurveyScoreIn(NewText(submission.content), ticket.survey);
}

// Channels on which a contact has one conversation at a time with an endpoint.
bool IsConversational(Channel channel) {
  switch (channel) {
    case Channel::kChat:
    case Channel::kSocial:
    case Channel::kPhone:
      return true;
    case Channel::kEmail:
    case Channel::kApi:
      return false;
  }
  return false;
}

}  // namespace

Result<Accepted> Intake::Submit(const Submission& submission) {
  const Time now = clock_.Now();
  return database_.Transact([&](sql::Tx& tx) { return SubmitIn(tx, submission, now); });
}

Result<Accepted> Intake::Known(sql::Tx& tx, const Submission& submission) {
  ASSIGN_OR_RETURN(const store::SubmissionRecord known, store::LoadSubmission(tx, submission));
  if (known.digest != submission.payload_digest) {
    return MakeError(Code::kAlreadyExists, "IDEMPOTENCY_CONFLICT",
                     "this idempotency_key was used before for another message");
  }
  return Accepted{known.ticket_id, known.interaction_id, known.contact_id, true, false};
}

Result<Accepted> Intake::SubmitIn(sql::Tx& tx, const Submission& submitted, Time now) {
  ASSIGN_OR_RETURN(const bool first, store::ClaimSubmission(tx, submitted, now));
  if (!first) return Known(tx, submitted);
  if (submitted.content.attachments.empty()) return TakeIn(tx, submitted, now);
  Submission settled = submitted;
  RETURN_IF_ERROR(SettleAttachments(tx, {}, settled.content.attachments, now));
  return TakeIn(tx, settled, now);
}

Result<Accepted> Intake::TakeIn(sql::Tx& tx, const Submission& submission, Time now) {
  ASSIGN_OR_RETURN(const store::Sender sender,
                   store::FindOrMakeContact(tx, submission.sender, now));
  const Contact& contact = sender.contact;
  if (!sender.known && !contact.account_id.empty()) {
    const wire::Cause cause{"services/ticket", "ACCOUNT_BY_DOMAIN", ""};
    RETURN_IF_ERROR(journal_.Note(tx, wire::ContactChanged(contact, {"account_id"}, cause), now));
  }
  RETURN_IF_ERROR(store::NoteClaims(tx, contact, submission.claims));
  ASSIGN_OR_RETURN(const Match match, FindTicket(tx, submission, contact));
  if (match.ticket.empty()) return Open(tx, submission, contact, nullptr, HintKind::kNone, now);
  // A machine is heard where the work goes on; a score stays with the ticket whose survey it
  // answers.
  const bool human = submission.origin == Origin::kHuman;
  const auto is_over = [&](const Ticket& ticket) -> Result<bool> {
    if (!human) return IsOver(ticket.status);
    if (ScoreIn(submission, contact, ticket)) return false;
    ASSIGN_OR_RETURN(const QueuePolicy policy, policies_.Of(tx, ticket.queue_id));
    return ticket.Receiving(now, policy.lifecycle) == Reception::kFollowUp;
  };
  ASSIGN_OR_RETURN(const Ticket ticket, LoadLatest(tx, match.ticket, is_over));
  ASSIGN_OR_RETURN(const bool over, is_over(ticket));
  if (human && over) {
    // A chat whose ticket was merged into one that has ended meanwhile is another matter.
    const bool hinted = match.by != HintKind::kOpenTicket;
    if (!hinted && ticket.id != match.ticket) {
      return Open(tx, submission, contact, nullptr, HintKind::kNone, now);
    }
    return Open(tx, submission, contact, &ticket, match.by, now);
  }
  return Add(tx, submission, contact, ticket, match.by, now);
}

Result<Intake::Match> Intake::FindTicket(sql::Tx& tx, const Submission& submission,
                                         const Contact& contact) {
  for (const Hint& hint : submission.hints) {
    ASSIGN_OR_RETURN(const Match match, FindByHint(tx, submission, contact, hint));
    if (!match.ticket.empty()) return match;
  }
  if (!IsConversational(submission.channel)) return Match{};
  ASSIGN_OR_RETURN(const auto open, store::FindOpenOf(tx, contact.Group(), submission.endpoint));
  return open ? Match{HintKind::kOpenTicket, *open} : Match{};
}

Result<Intake::Match> Intake::FindByHint(sql::Tx& tx, const Submission& submission,
                                         const Contact& contact, const Hint& hint) {
  std::optional<TicketId> found;
  switch (hint.kind) {
    case HintKind::kNone:
    case HintKind::kOpenTicket:
      break;
    case HintKind::kReplyToken: {
      ASSIGN_OR_RETURN(found, store::FindById(tx, TicketId{hint.value}));
      break;
    }
    case HintKind::kProviderThread: {
      ASSIGN_OR_RETURN(found, store::FindByConversation(tx, submission.endpoint, hint.value));
      break;
    }
    case HintKind::kReplyToMessage:
    case HintKind::kReference: {
      ASSIGN_OR_RETURN(found, store::FindByProviderMessage(tx, hint.value));
      break;
    }
    case HintKind::kSubjectTag: {
      // Anyone can guess a tag: it counts only from who takes part already.
      ASSIGN_OR_RETURN(found, store::FindByReference(tx, hint.value));
      if (!found) break;
      ASSIGN_OR_RETURN(const bool participant, store::HasWritten(tx, *found, contact.Group()));
      if (!participant) found.reset();
      break;
    }
  }
  return found ? Match{hint.kind, *found} : Match{};
}

Result<Accepted> Intake::Open(sql::Tx& tx, const Submission& submission, const Contact& contact,
                              const Ticket* before, HintKind matched_by, Time now) {
  Ticket ticket;
  ticket.id = TicketId::New();
  ticket.reference = ReferenceOf(ticket.id);
  ticket.subject = submission.content.subject;
  if (ticket.subject.empty()) {
    // Chats have none: the first line says what it is about.
    const std::string& text = NewText(submission.content);
    ticket.subject = CutUtf8(std::string_view(text).substr(0, text.find('\n')), kMadeSubjectBytes);
  }
  ticket.channel = submission.channel;
  ticket.endpoint = submission.endpoint;
  ticket.conversation = submission.conversation;
  const auto queue = policy_.queues.find(submission.endpoint);
  ticket.queue_id = queue == policy_.queues.end() ? policy_.default_queue : queue->second;
  ticket.contact_id = contact.id;
  ticket.contact_name = contact.display_name;
  ticket.account_id = contact.account_id;
  ticket.create_time = now;
  ticket.last_inbound_time = now;
  ticket.Record(now);
  if (before != nullptr) {
    ticket.follow_up_of = before->id;
    ticket.queue_id = before->queue_id;
  }
  Interaction interaction = ToInteraction(submission, contact, ticket, matched_by, now);
  interaction.points = AnswersTo(submission);
  interaction.sequence = ticket.interaction_count;
  const wire::Cause cause = CauseOf(contact, before == nullptr ? "CONTACT_WROTE" : "FOLLOW_UP");
  RETURN_IF_ERROR(journal_.Open(
      tx, {ticket, &interaction, submission.raw_reference},
      [&](const Ticket& opened) { return wire::TicketOpened(opened, interaction, cause); }, now));
  ASSIGN_OR_RETURN(Accepted accepted, Finish(tx, submission, interaction, contact));
  accepted.ticket_opened = true;
  return accepted;
}

Result<Accepted> Intake::Add(sql::Tx& tx, const Submission& submission, const Contact& contact,
                             Ticket ticket, HintKind matched_by, Time now) {
  Interaction interaction = ToInteraction(submission, contact, ticket, matched_by, now);
  if (matched_by == HintKind::kReplyToken) interaction.points = AnswersTo(submission);
  const bool human = submission.origin == Origin::kHuman;
  const bool over = IsOver(ticket.status);
  const auto score = ScoreIn(submission, contact, ticket);
  Reception reception = Reception::kAdded;
  const char* reason = "CONTACT_WROTE";
  if (score) {
    interaction.kind = InteractionKind::kSurveyAnswer;
    interaction.survey_id = ticket.survey.id;
    interaction.survey_score = *score;
    if (!over) ticket.Record(now);
    reason = "SURVEY_ANSWERED";
  } else if (human) {
    ASSIGN_OR_RETURN(const QueuePolicy policy, policies_.Of(tx, ticket.queue_id));
    reception = ticket.Receiving(now, policy.lifecycle);
    RETURN_IF_ERROR(ticket.Receive(now, policy.lifecycle));
    if (reception == Reception::kKept) {
      reason = ticket.status == Status::kSpam ? "KEPT_AS_SPAM" : "KEPT_AS_DELETED";
    }
  } else {
    if (!over) ticket.Record(now);
    reason = "MACHINE_WROTE";
  }
  const auto tell = [&](const Ticket& changed) {
    return wire::MessageReceived(changed, interaction, reception, CauseOf(contact, reason));
  };
  const Entry entry{ticket, &interaction, submission.raw_reference};
  if (over) {
    // What comes is kept in its place, so that nothing is lost; the ticket itself never changes.
    ASSIGN_OR_RETURN(interaction.sequence, store::NextSequence(tx, ticket.id));
    RETURN_IF_ERROR(journal_.Keep(tx, entry, tell, now));
  } else {
    interaction.sequence = ticket.interaction_count;
    RETURN_IF_ERROR(journal_.Save(tx, entry, tell, now));
  }
  return Finish(tx, submission, interaction, contact);
}

Result<Accepted> Intake::Finish(sql::Tx& tx, const Submission& submission,
                                const Interaction& interaction, const Contact& contact) {
  RETURN_IF_ERROR(store::InsertMessageRef(tx, submission.provider_message_id, interaction.ticket_id,
                                          interaction.id));
  RETURN_IF_ERROR(store::CompleteSubmission(
      tx, submission,
      {submission.payload_digest, interaction.ticket_id, interaction.id, contact.id}));
  return Accepted{interaction.ticket_id, interaction.id, contact.id, false, false};
}

}  // namespace muara::ticket

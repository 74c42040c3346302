// The timeline of a contact, and notes on it.
#include "muara/ticket/v1/contact_merges.pb.h"
#include "services/ticket/app/contacts/contact_notes.h"
#include "services/ticket/rpc/contact_requests.h"
#include "services/ticket/rpc/serve.h"
#include "services/ticket/wire/contacts.h"

namespace muara::ticket {
namespace {

std::optional<store::TimelineKey> KeyOf(const rpc::Page& page) {
  if (page.after.size() != 2) return std::nullopt;
  return store::TimelineKey{std::atoll(page.after[0].c_str()), page.after[1]};
}

Result<v1::ListContactTimelineResponse> Timeline(ContactNotes& notes,
                                                 const v1::ListContactTimelineRequest& request) {
  ASSIGN_OR_RETURN(const rpc::Page page, rpc::PageOf(request));
  ASSIGN_OR_RETURN(const store::TimelinePage found,
                   notes.Timeline(ContactId{request.id()}, KeyOf(page), page.size));
  v1::ListContactTimelineResponse response;
  for (const store::TimelineEntry& one : found.entries) {
    v1::TimelineEntry& entry = *response.add_entries();
    *entry.mutable_interaction() = wire::ToProto(one.interaction);
    entry.set_ticket_reference(one.ticket_reference);
    entry.set_ticket_subject(one.ticket_subject);
  }
  if (found.goes_on) {
    const Interaction& last = found.entries.back().interaction;
    response.set_next_page_token(
        rpc::NextPageToken(request, {std::to_string(ToMicros(last.create_time)), last.id.value}));
  }
  return response;
}

Result<v1::ListContactNotesResponse> List(ContactNotes& notes,
                                          const v1::ListContactNotesRequest& request) {
  ASSIGN_OR_RETURN(const rpc::Page page, rpc::PageOf(request));
  ASSIGN_OR_RETURN(const auto found,
                   notes.List(ContactId{request.id()}, KeyOf(page), page.size + 1));
  v1::ListContactNotesResponse response;
  const size_t shown = std::min<size_t>(found.size(), page.size);
  for (size_t i = 0; i < shown; ++i) *response.add_notes() = wire::ToProto(found[i]);
  if (found.size() > shown) {
    response.set_next_page_token(rpc::NextPageToken(
        request, {std::to_string(ToMicros(found[shown - 1].create_time)), found[shown - 1].id}));
  }
  return response;
}

Result<v1::ContactNote> Answer(const Result<ContactNote>& note) {
  if (!note.ok()) return note.error();
  return wire::ToProto(*note);
}

Result<v1::ContactNote> Add(ContactNotes& notes, const rpc::Call& call,
                            const v1::AddContactNoteRequest& request) {
  ASSIGN_OR_RETURN(OperationKey key, rpc::KeyOf(request));
  RETURN_IF_ERROR(CheckText("text", request.text(), 1, kContactNoteBytesMax));
  return Answer(notes.Add({ContactId{request.id()}, std::move(key), 0, call.principal.subject},
                          request.text()));
}

Result<v1::ContactNote> Delete(ContactNotes& notes, const rpc::Call& call,
                               const v1::DeleteContactNoteRequest& request) {
  ASSIGN_OR_RETURN(const Edit edit, EditOf(call, request));
  return Answer(notes.Delete({ContactId{request.id()}, edit.key, edit.expected_version, edit.actor},
                             request.note_id(), Leads(call) ? NoteRights::kAll : NoteRights::kOwn));
}

}  // namespace

void ServeContactHistory(rpc::Server& server, ContactNotes& notes) {
  const std::string service = "muara.ticket.v1.ContactHistory/";
  server.Unary<v1::ListContactTimelineRequest, v1::ListContactTimelineResponse>(
      service + "ListContactTimeline",
      [&notes](const rpc::Call&, const auto& request) { return Timeline(notes, request); });
  server.Unary<v1::ListContactNotesRequest, v1::ListContactNotesResponse>(
      service + "ListContactNotes",
      [&notes](const rpc::Call&, const auto& request) { return List(notes, request); });
  server.Unary<v1::AddContactNoteRequest, v1::ContactNote>(
      service + "AddContactNote",
      [&notes](const rpc::Call& call, const auto& request) { return Add(notes, call, request); });
  server.Unary<v1::DeleteContactNoteRequest, v1::ContactNote>(
      service + "DeleteContactNote", [&notes](const rpc::Call& call, const auto& request) {
        return Delete(notes, call, request);
      });
}

}  // namespace muara::ticket

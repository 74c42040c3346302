// Files in and out.
#include "services/ticket/app/attachments/attachments.h"

#include "muara/connector/v1/attachments.pb.h"
#include "muara/ticket/v1/attachments.pb.h"
#include "services/ticket/rpc/serve.h"
#include "services/ticket/wire/tickets.h"

namespace muara::ticket {
namespace {

using connector::v1::AttachmentContent;
using connector::v1::DownloadAttachmentRequest;
using connector::v1::UploadAttachmentRequest;
using v1::GetTicketAttachmentRequest;

constexpr size_t kFileNameBytesMax = 1000;

AttachmentContent ToProto(AttachedFile file) {
  AttachmentContent content;
  content.set_file_name(std::move(file.file_name));
  content.set_content_type(std::move(file.content_type));
  content.set_content(std::move(file.bytes));
  return content;
}

}  // namespace

void ServeAttachments(rpc::Server& server, Attachments& attachments) {
  server.Unary<UploadAttachmentRequest, connector::v1::Attachment>(
      "muara.connector.v1.Attachments/UploadAttachment",
      [&](const rpc::Call&,
          const UploadAttachmentRequest& request) -> Result<connector::v1::Attachment> {
        if (request.file_name().size() > kFileNameBytesMax) {
          return InvalidFields({{"file_name", "is longer than 1000 bytes"}});
        }
        ASSIGN_OR_RETURN(
            const Attachment kept,
            attachments.Upload(request.file_name(), request.content_type(), request.content()));
        return wire::ToProto(kept);
      });
  server.Unary<DownloadAttachmentRequest, AttachmentContent>(
      "muara.connector.v1.Attachments/DownloadAttachment",
      [&](const rpc::Call&, const DownloadAttachmentRequest& request) -> Result<AttachmentContent> {
        ASSIGN_OR_RETURN(AttachedFile file, attachments.Download(request.reference()));
        return ToProto(std::move(file));
      });
  server.Unary<GetTicketAttachmentRequest, AttachmentContent>(
      "muara.ticket.v1.TicketAttachments/GetTicketAttachment",
      [&](const rpc::Call&,
          const GetTicketAttachmentRequest& request) -> Result<AttachmentContent> {
        ASSIGN_OR_RETURN(AttachedFile file,
                         attachments.OfTicket(TicketId{request.ticket_id()}, request.sha256()));
        return ToProto(std::move(file));
      });
}

}  // namespace muara::ticket

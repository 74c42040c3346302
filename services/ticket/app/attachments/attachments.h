// The files that come with messages: kept in a blob store before a message names them, given to who
// may see the ticket, and removed when no message shows them any more. Thread-safe.
#pragma once

#include <string>
#include <vector>

#include "libs/base/time.h"
#include "libs/blob/blobs.h"
#include "libs/sql/database.h"
#include "services/ticket/domain/interaction.h"

namespace muara::ticket {

struct AttachedFile {
  std::string file_name;
  std::string content_type;
  std::string bytes;
};

// Each attachment as the core knows it: its digest, its size and what it really is, whatever the
// caller says. ATTACHMENT_NOT_FOUND for what was neither uploaded lately nor is on this ticket.
muara::Status SettleAttachments(sql::Tx& tx, const TicketId& ticket,
                                std::vector<Attachment>& attachments, Time now);

class Attachments {
 public:
  Attachments(sql::Database& database, blob::Blobs& blobs, const Clock& clock)
      : database_(database), blobs_(blobs), clock_(clock) {}

  // `content_type` is what its sender says. Durable when answered.
  Result<Attachment> Upload(const std::string& file_name, const std::string& content_type,
                            const std::string& bytes);
  // By "sha256:<hex>", for who delivers it.
  Result<AttachedFile> Download(const std::string& reference);
  // ATTACHMENT_NOT_FOUND where no message of this ticket shows it.
  Result<AttachedFile> OfTicket(const TicketId& ticket, const std::string& sha256);

  // Removes what was uploaded a day ago and is on no message, at most 100 at once; answers whether
  // there may be more.
  Result<bool> Sweep();
  // Removes old bytes that nothing is written down of, left by a crash between the two: of one part
  // of 256, another each minute.
  muara::Status SweepUnknown();

 private:
  muara::Status SweepOne(const std::string& sha256);

  sql::Database& database_;
  blob::Blobs& blobs_;
  const Clock& clock_;
};

}  // namespace muara::ticket

// Builds the mail that carries a reply to a contact, ready to be sent: CR LF line ends, headers
// encoded, long lines folded. No field can break out of its header: control characters become
// spaces, and addresses and ids that are none are refused. Pure but for the MIME library.
#pragma once

#include <string>
#include <vector>

#include "libs/base/result.h"
#include "libs/base/time.h"
#include "services/channels/email/domain/mail.h"

namespace muara::email {

enum class Author { kPerson, kAutomatReply, kAutomatNotice };

struct OutgoingAttachment {
  std::string file_name;
  std::string content_type;
  std::string bytes;
};

struct ReplyMail {
  std::string delivery_id;     // makes the message id, so that a second try has the same one
  std::string message_domain;  // right of the @ of message ids, and the mark against loops
  Mailbox from;                // the endpoint's address, the agent's or the brand's name
  std::vector<Mailbox> to;
  std::vector<Mailbox> cc;
  std::string reply_to;  // our signed address; empty: none
  std::string subject;   // of the conversation; gets one "Re: " where it is an answer
  std::string text;
  std::string in_reply_to;              // message id of the contact's last mail; empty: none
  std::vector<std::string> references;  // oldest first
  std::vector<OutgoingAttachment> attachments;
  Author author = Author::kPerson;
  Time date;
};

// kInvalidArgument that names every address or id that is malformed, a missing recipient or a text
// past 256 KiB.
Result<std::string> BuildReplyMail(const ReplyMail& reply);

// Whether this can stand in a header and an envelope: one @, no control character, at most 254
// bytes.
bool IsSendableAddress(std::string_view address);

}  // namespace muara::email

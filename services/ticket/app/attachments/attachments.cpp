#include "services/ticket/app/attachments/attachments.h"

#include <algorithm>

#include "libs/base/content_type.h"
#include "services/ticket/store/attachments/attachments.h"

namespace muara::ticket {
namespace {

// A message may name what was uploaded in the first. A second upload is not written down for an
// hour, so what is written down counts for an hour more; what no message names goes another hour
// later, for clocks differ.
constexpr Duration kPromisedFor = std::chrono::hours(22);
constexpr Duration kUsableFor = std::chrono::hours(23);
constexpr Duration kUnusedFor = std::chrono::hours(24);
constexpr int kSweptAtOnce = 100;

Error NotFound(const std::string& message) {
  return MakeError(Code::kNotFound, "ATTACHMENT_NOT_FOUND", message);
}

}  // namespace

muara::Status SettleAttachments(sql::Tx& tx, const TicketId& ticket,
                                std::vector<Attachment>& attachments, Time now) {
  std::vector<std::string> sha256s;
  for (const Attachment& one : attachments) sha256s.emplace_back(blob::HexOf(one.reference));
  ASSIGN_OR_RETURN(const auto usable, store::FindUsable(tx, sha256s, ticket, now - kUsableFor));
  for (size_t i = 0; i < attachments.size(); ++i) {
    Attachment& one = attachments[i];
    const auto kept = std::find_if(usable.begin(), usable.end(), [&](const store::KeptBlob& blob) {
      return blob.sha256 == sha256s[i];
    });
    if (kept == usable.end()) {
      return MakeError(Code::kFailedPrecondition, "ATTACHMENT_NOT_FOUND",
                       "attachments[" + std::to_string(i) +
                           "].reference names nothing that was uploaded in the last 22 hours: "
                           "upload it, then send again");
    }
    one.content_type = AgreedContentType(kept->type_of_bytes, one.content_type);
    one.file_name = SafeFileName(one.file_name, one.content_type, i + 1);
    one.size_bytes = kept->size_bytes;
    one.sha256 = kept->sha256;
  }
  return Ok();
}

Result<Attachment> Attachments::Upload(const std::string& file_name,
                                       const std::string& content_type, const std::string& bytes) {
  if (bytes.size() > static_cast<size_t>(kAttachmentBytesMax)) {
    return InvalidFields({{"content", "is larger than 25 MiB"}});
  }
  Attachment kept;
  kept.content_type = SniffContentType(bytes, content_type);
  kept.file_name = SafeFileName(file_name, kept.content_type, 1);
  kept.size_bytes = static_cast<int64_t>(bytes.size());
  // The bytes first: what is written down is there.
  ASSIGN_OR_RETURN(kept.reference, blobs_.Put(bytes));
  kept.sha256 = blob::HexOf(kept.reference);
  const store::KeptBlob blob{kept.sha256, kept.size_bytes, std::string(TypeOfBytes(bytes))};
  const Time now = clock_.Now();
  RETURN_IF_ERROR(database_.Transact(
      [&](sql::Tx& tx) { return store::KeepBlob(tx, blob, now, now + kUnusedFor); }));
  return kept;
}

Result<AttachedFile> Attachments::Download(const std::string& reference) {
  AttachedFile file;
  ASSIGN_OR_RETURN(file.bytes, blobs_.Get(reference));
  file.content_type = SniffContentType(file.bytes, "");
  file.file_name = SafeFileName("", file.content_type, 1);
  return file;
}

Result<AttachedFile> Attachments::OfTicket(const TicketId& ticket, const std::string& sha256) {
  ASSIGN_OR_RETURN(const auto found, database_.Read([&](sql::Tx& tx) {
    return store::FindAttachment(tx, ticket, sha256);
  }));
  if (!found) return NotFound("no message of this ticket has such an attachment");
  AttachedFile file{found->file_name, found->content_type, ""};
  ASSIGN_OR_RETURN(file.bytes, blobs_.Get(blob::ReferenceTo(sha256)));
  return file;
}

Result<bool> Attachments::Sweep() {
  const Time now = clock_.Now();
  ASSIGN_OR_RETURN(const auto sha256s, database_.Read([&](sql::Tx& tx) {
    return store::ListSweepable(tx, now, kSweptAtOnce);
  }));
  muara::Status failed = Ok();
  for (const std::string& sha256 : sha256s) {
    // One that cannot be removed holds up no other.
    if (const muara::Status swept = SweepOne(sha256); !swept.ok()) failed = swept;
  }
  if (!failed.ok()) return failed.error();
  return sha256s.size() == static_cast<size_t>(kSweptAtOnce);
}

muara::Status Attachments::SweepOne(const std::string& sha256) {
  const Time now = clock_.Now();
  ASSIGN_OR_RETURN(const bool unused, database_.Transact([&](sql::Tx& tx) {
    return store::IsUnused(tx, sha256, now, kUnusedFor);
  }));
  if (!unused) return Ok();
  // The bytes first: a crash leaves something written down that is looked at again. Whoever uploads
  // the same meanwhile makes the file young and the row too, and both stay. By an upload that was
  // not written down the file is younger than its row, but not so young.
  RETURN_IF_ERROR(blobs_.RemoveOlder(blob::ReferenceTo(sha256), kPromisedFor));
  return database_.Transact(
      [&](sql::Tx& tx) { return store::ForgetBlob(tx, sha256, now, kUnusedFor); });
}

muara::Status Attachments::SweepUnknown() {
  const auto minute = std::chrono::floor<std::chrono::minutes>(clock_.Now().time_since_epoch());
  const auto shelf = static_cast<uint8_t>(minute.count() % 256);
  ASSIGN_OR_RETURN(const auto old, blobs_.ListOlder(shelf, kUnusedFor));
  for (size_t from = 0; from < old.size(); from += kSweptAtOnce) {
    std::vector<std::string> sha256s;
    for (size_t i = from; i < std::min(old.size(), from + kSweptAtOnce); ++i) {
      sha256s.emplace_back(blob::HexOf(old[i]));
    }
    ASSIGN_OR_RETURN(const auto known,
                     database_.Read([&](sql::Tx& tx) { return store::FindKept(tx, sha256s); }));
    for (const std::string& sha256 : sha256s) {
      if (known.contains(sha256)) continue;
      // Whoever uploads the same meanwhile makes the file young first: then it stays.
      RETURN_IF_ERROR(blobs_.RemoveOlder(blob::ReferenceTo(sha256), kUnusedFor));
    }
  }
  return Ok();
}

}  // namespace muara::ticket

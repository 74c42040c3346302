// What the tests of this connector's app stand on: a core that writes down what it is handed, and
// two mailboxes.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <mutex>

#include "libs/blob/memory_blobs.h"
#include "libs/rpc/server.h"
#include "libs/testing/manual_clock.h"
#include "libs/testing/servers.h"
#include "muara/connector/v1/attachments.pb.h"
#include "muara/connector/v1/intake.pb.h"
#include "services/channels/email/domain/endpoints.h"
#include "services/channels/email/domain/reply_token.h"
#include "services/channels/email/domain/understand.h"

namespace muara::email {

using connector::v1::Submission;
using connector::v1::SubmitRequest;
using connector::v1::SubmitResponse;
using connector::v1::SubmitResult;

inline constexpr char kTicket[] = "01890a5d-ac96-774b-bcce-b302099a8057";

inline const rpc::TokenKeys& Keys() {
  static const rpc::TokenKeys keys({std::string(32, 'k')});
  return keys;
}

// Takes submissions as the core does, and writes them down.
class RecordingCore {
 public:
  using Answer = std::function<Result<SubmitResult>(const Submission&)>;

  explicit RecordingCore(Answer answer) : answer_(std::move(answer)) {
    server_.Unary<SubmitRequest, SubmitResponse>(
        "muara.connector.v1.Intake/Submit",
        [this](const rpc::Call&, const SubmitRequest& request) -> Result<SubmitResponse> {
          SubmitResponse response;
          for (const Submission& submission : request.submissions()) {
            {
              const std::lock_guard lock(mutex_);
              submissions_.push_back(submission);
            }
            ASSIGN_OR_RETURN(*response.add_results(), answer_(submission));
          }
          return response;
        });
    server_.Unary<connector::v1::UploadAttachmentRequest, connector::v1::Attachment>(
        "muara.connector.v1.Attachments/UploadAttachment",
        [this](const rpc::Call&, const connector::v1::UploadAttachmentRequest& request)
            -> Result<connector::v1::Attachment> {
          connector::v1::Attachment kept;
          ASSIGN_OR_RETURN(*kept.mutable_reference(), attachments_.Put(request.content()));
          kept.set_file_name(request.file_name());
          return kept;
        });
    server_.Unary<connector::v1::DownloadAttachmentRequest, connector::v1::AttachmentContent>(
        "muara.connector.v1.Attachments/DownloadAttachment",
        [this](const rpc::Call&, const connector::v1::DownloadAttachmentRequest& request)
            -> Result<connector::v1::AttachmentContent> {
          connector::v1::AttachmentContent content;
          ASSIGN_OR_RETURN(*content.mutable_content(), attachments_.Get(request.reference()));
          return content;
        });
    CHECK(server_.Start().ok());
  }

  blob::Blobs& attachments() { return attachments_; }

  std::string address() const { return "127.0.0.1:" + std::to_string(server_.port()); }
  std::vector<Submission> submissions() {
    const std::lock_guard lock(mutex_);
    return submissions_;
  }

 private:
  Answer answer_;
  testing::ManualClock clock_;
  blob::MemoryBlobs attachments_{clock_};
  metrics::Registry metrics_;
  rpc::Server server_{{.threads = 2}, Keys(), metrics_};
  std::mutex mutex_;
  std::vector<Submission> submissions_;
};

inline RecordingCore::Answer Always(SubmitResult::Outcome outcome) {
  return [=](const Submission&) -> Result<SubmitResult> {
    SubmitResult result;
    result.set_outcome(outcome);
    return result;
  };
}

inline RecordingCore::Answer Failing(Code code) {
  return [=](const Submission&) -> Result<SubmitResult> { return MakeError(code, "TEST", "test"); };
}

class EmailTest : public ::testing::Test {
 protected:
  testing::TempFolder folder_;
  testing::ManualClock clock_;
  metrics::Registry metrics_;
  Endpoints endpoints_ =
      *Endpoints::Create({{"support@example.org", "support@example.org", "Toko Kita"},
                          {"sales@example.org", "sales@example.org", "Toko Kita"}});
  Identity identity_{*ReplyTokens::Create({{1, std::string(32, 'k')}}), "mail.example.org"};
  blob::MemoryBlobs blobs_{clock_};
};

}  // namespace muara::email

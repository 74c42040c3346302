// What a mailbox still has of people who were erased.
#include "libs/blob/memory_blobs.h"
#include "libs/bus/store_fixture.h"
#include "muara/ticket/v1/originals.pb.h"
#include "services/channels/email/events/react.h"
#include "services/channels/email/store/schema.h"

namespace muara::email {
namespace {

// Refuses to remove until it is told otherwise.
class Refusing final : public blob::Blobs {
 public:
  explicit Refusing(blob::Blobs& real) : real_(real) {}
  Result<std::string> Put(std::string_view bytes) override { return real_.Put(bytes); }
  Result<std::string> Get(std::string_view reference) override { return real_.Get(reference); }
  Status RemoveOlder(std::string_view reference, Duration age) override {
    if (refuses) return MakeError(Code::kUnavailable, "BLOB_NOT_STORED", "the disk is away");
    return real_.RemoveOlder(reference, age);
  }
  Result<std::vector<std::string>> ListOlder(uint8_t shelf, Duration age) override {
    return real_.ListOlder(shelf, age);
  }

  bool refuses = false;

 private:
  blob::Blobs& real_;
};

class EmailEventsTest : public bus::StoreTest {
 protected:
  void SetUp() override {
    Open("email", store::Migrate);
    raw_mails_ = std::make_unique<RawMails>(*database_, blobs_);
    ticket_ = std::make_unique<bus::Feed>(*database_, "ticket");
    OnOriginalsOrphaned(ticket_->consumer(), *raw_mails_);
  }
  void Erased(const std::vector<std::string>& kept) {
    ticket::v1::OriginalsOrphaned fact;
    for (const std::string& one : kept) fact.add_references(one);
    ASSERT_TRUE(ticket_->Tell("contacts/1", fact).ok());
    clock_.Advance(std::chrono::seconds(1));
  }
  bool IsKept(const std::string& reference) { return blobs_.Get(reference).ok(); }

  blob::MemoryBlobs memory_{clock_};
  Refusing blobs_{memory_};
  std::unique_ptr<RawMails> raw_mails_;
  std::unique_ptr<bus::Feed> ticket_;
};

TEST_P(EmailEventsTest, RawMailsOfErasedPeopleGoAndOthersStay) {
  const std::string theirs = *blobs_.Put("a mail of sari");
  const std::string others = *blobs_.Put("a mail of budi");
  Erased({"raw:" + theirs, "conversation:chat/1", "raw:../../etc/passwd", "raw:" + theirs});
  EXPECT_TRUE(IsKept(theirs)) << "not within the transaction";
  EXPECT_FALSE(*raw_mails_->Remove());
  EXPECT_FALSE(IsKept(theirs));
  EXPECT_TRUE(IsKept(others));
  EXPECT_TRUE(Holding(theirs).empty());
}

TEST_P(EmailEventsTest, WhatCannotBeRemovedIsTriedAgain) {
  const std::string theirs = *blobs_.Put("a mail of sari");
  blobs_.refuses = true;
  Erased({"raw:" + theirs});
  EXPECT_EQ(raw_mails_->Remove().error().reason, "BLOB_NOT_STORED");
  EXPECT_TRUE(IsKept(theirs));
  blobs_.refuses = false;
  EXPECT_TRUE(raw_mails_->Remove().ok());
  EXPECT_FALSE(IsKept(theirs));
}

MUARA_ON_BOTH_ENGINES(EmailEventsTest);

}  // namespace
}  // namespace muara::email

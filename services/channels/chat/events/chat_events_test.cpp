// What a chat still has of people who were erased.
#include "libs/base/id.h"
#include "libs/bus/envelope.h"
#include "libs/bus/schema.h"
#include "libs/bus/store_fixture.h"
#include "muara/ticket/v1/originals.pb.h"
#include "services/channels/chat/chat_fixture.h"
#include "services/channels/chat/events/react.h"
#include "services/channels/chat/store/messages.h"
#include "services/channels/chat/store/sessions.h"

namespace muara::chat {
namespace {

class ChatEventsTest : public ::testing::TestWithParam<sql::Engine> {
 protected:
  void SetUp() override {
    ASSERT_TRUE(bus::MigrateBus(*database_).ok());
    core_.Start();
    replica_ = std::make_unique<Replica>(*database_, core_.address(), ReplicaOptions());
    ticket_ = std::make_unique<bus::Feed>(*database_, "ticket");
    OnOriginalsOrphaned(ticket_->consumer(), replica_->conversations());
  }
  void TearDown() override { core_.Stop(); }
  Opened Begin() { return *replica_->conversations().Begin("Sari", "sari@x.test"); }
  Result<Message> Say(const Opened& visitor, const std::string& cid, const std::string& text) {
    return replica_->conversations().Say(visitor.session, cid, text);
  }
  void Erased(const std::string& kept) {
    ticket::v1::OriginalsOrphaned fact;
    fact.add_references("raw:sha256:00");
    fact.add_references(kept);
    const bus::Envelope envelope{.id = NewUuid(),
                                 .source = "ticket",
                                 .type = fact.GetDescriptor()->full_name(),
                                 .subject = "contacts/1",
                                 .key_version = ++facts_,
                                 .time = replica_->clock().Now(),
                                 .data = fact.SerializeAsString()};
    const auto applied = ticket_->consumer().applier().Apply(
        bus::PartOf("contacts/1"), "epoch", {bus::LogEntry{facts_, Serialize(envelope)}});
    ASSERT_TRUE(applied.ok());
    ASSERT_EQ(applied->position, facts_);
  }
  std::vector<Message> LogOf(const Opened& visitor) {
    return *database_->Read(
        [&](sql::Tx& tx) { return store::ListAfter(tx, visitor.session.id, 0, 100); });
  }

  testing::TempFolder folder_;
  std::unique_ptr<sql::Database> database_ = NewStore(GetParam(), folder_);
  RecordingCore core_;
  std::unique_ptr<Replica> replica_;
  std::unique_ptr<bus::Feed> ticket_;
  int64_t facts_ = 0;
};

TEST_P(ChatEventsTest, NothingOfAnErasedPersonIsLeftAndTheirPlacesStay) {
  const Opened sari = Begin();
  const Opened budi = Begin();
  ASSERT_TRUE(Say(sari, "c1", "my secret").ok());
  ASSERT_TRUE(Say(budi, "c1", "his secret").ok());
  Message reply;
  reply.session = sari.session.id;
  reply.author = Author::kAgent;
  reply.name = "Dewi";
  reply.text = "Dear Sari";
  reply.delivery_id = "d1";
  reply.choices = Choices{1, 5, "https://x.test/s/token"};
  ASSERT_TRUE(replica_->conversations().Deliver(reply).ok());
  replica_->clock().Advance(std::chrono::seconds(1));
  Erased("conversation:another/" + budi.session.id);
  Erased("conversation:chat/" + sari.session.id);
  const auto left = LogOf(sari);
  ASSERT_EQ(left.size(), 2u);
  for (const Message& one : left) EXPECT_EQ(one.name + one.text, "");
  EXPECT_FALSE(left[1].choices);
  const auto session =
      *database_->Read([&](sql::Tx& tx) { return store::FindSession(tx, sari.session.id); });
  EXPECT_EQ(session->name + session->email, "");
  EXPECT_EQ(LogOf(budi)[0].text, "his secret");
}

TEST_P(ChatEventsTest, WhatIsSaidAgainOrLaterIsTaken) {
  const Opened sari = Begin();
  const auto said = Say(sari, "c1", "my secret");
  ASSERT_TRUE(said.ok());
  Erased("conversation:chat/" + sari.session.id);
  EXPECT_EQ(Say(sari, "c1", "my secret")->seq, said->seq) << "its answer was lost";
  EXPECT_EQ(core_.submissions().size(), 1u);
  replica_->clock().Advance(std::chrono::seconds(1));
  ASSERT_TRUE(Say(sari, "c2", "somebody new").ok());
  EXPECT_EQ(LogOf(sari)[1].text, "somebody new");
  EXPECT_TRUE(replica_->conversations().Resume(sari.session.id, sari.token, "", "").ok());
}

MUARA_ON_BOTH_ENGINES(ChatEventsTest);

}  // namespace
}  // namespace muara::chat

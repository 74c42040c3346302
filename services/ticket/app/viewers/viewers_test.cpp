// Who looks at a ticket, over replicas, with Redis and without.
#include "services/ticket/app/viewers/viewers.h"

#include "libs/testing/servers.h"
#include "services/ticket/app/ticket_fixture.h"

namespace muara::ticket {
namespace {

using enum ViewerState;

class ViewersTest : public TicketTest {
 protected:
  void SetUp() override {
    TicketTest::SetUp();
    id_ = Take(Mail("sari@x.test")).ticket_id;
  }
  std::unique_ptr<Viewers> Replica() {
    return std::make_unique<Viewers>(*database_, clock_,
                                     bus::RedisAddress{"127.0.0.1", redis_.port()}, "secret");
  }
  // "ani 1, budi 2": who, and their state.
  static std::string Said(const Result<std::vector<Viewer>>& viewers) {
    if (!viewers.ok()) return viewers.error().reason;
    std::string text;
    for (const Viewer& one : *viewers) {
      text += (text.empty() ? "" : ", ") + one.agent_id + " " +
              std::to_string(static_cast<int>(one.state));
    }
    return text;
  }

  testing::RedisServer redis_;
  TicketId id_;
};

TEST_P(ViewersTest, ReplicasShowTheSameUntilItEnds) {
  const auto one = Replica(), other = Replica();
  EXPECT_EQ(Said(one->View(id_, "ani", kViewing)), "");
  EXPECT_EQ(Said(other->View(id_, "budi", kTyping)), "ani 1");
  EXPECT_EQ(Said(one->List(id_)), "ani 1, budi 2");
  EXPECT_EQ(Said(one->View(id_, "budi", kGone)), "ani 1");
  EXPECT_EQ(Said(other->List(id_)), "ani 1");
  EXPECT_EQ(other->List(id_)->at(0).until, clock_.Now() + kViewerLife);
  clock_.Advance(kViewerLife);
  EXPECT_EQ(Said(other->List(id_)), "");
  EXPECT_EQ(Said(other->List(TicketId{"nowhere"})), "TICKET_NOT_FOUND");
  EXPECT_EQ(Said(other->View(TicketId{"nowhere"}, "ani", kViewing)), "TICKET_NOT_FOUND");
}

TEST_P(ViewersTest, WithoutRedisAProcessShowsWhatItWasTold) {
  const auto one = Replica();
  EXPECT_EQ(Said(one->View(id_, "ani", kViewing)), "");
  redis_.Kill();
  EXPECT_EQ(Said(one->View(id_, "budi", kTyping)), "ani 1");
  EXPECT_EQ(Said(one->List(id_)), "ani 1, budi 2");
  redis_.Start();
  clock_.Advance(std::chrono::seconds(3));
  EXPECT_EQ(Said(one->View(id_, "budi", kTyping)), "") << "Redis knows nobody yet";
  EXPECT_EQ(Said(Replica()->List(id_)), "budi 2");
}

TEST_P(ViewersTest, WhatIsToldIsHeardAndIsNoFact) {
  bus::Ear ear({"127.0.0.1", redis_.port()}, "ticket", "secret");
  ASSERT_TRUE(ear.Listen(1).ok());
  const std::string before = FactTypes(id_.value);
  const int version = Get(id_).version;
  ASSERT_TRUE(Replica()->View(id_, "ani", kTyping).ok());
  const auto heard = ear.Listen(2000);
  ASSERT_TRUE(heard.ok());
  ASSERT_EQ(heard->size(), 1u);
  const auto envelope = bus::ParseEnvelope(heard->at(0));
  ASSERT_TRUE(envelope.has_value());
  EXPECT_EQ(envelope->type + " " + envelope->subject, "muara.ticket.v1.TicketViewed " + id_.value);
  EXPECT_EQ(FactTypes(id_.value), before);
  EXPECT_EQ(Get(id_).version, version);
}

TEST_P(ViewersTest, SoManyAndSoOften) {
  const auto one = Replica(), other = Replica();
  for (size_t i = 0; i < kViewersMax; ++i) {
    ASSERT_TRUE(one->View(id_, "agent " + std::to_string(i), kViewing).ok());
  }
  EXPECT_EQ(Said(other->View(id_, "late", kViewing)), "TOO_MANY_VIEWERS");
  EXPECT_EQ(other->View(id_, "late", kGone)->size(), kViewersMax);
  EXPECT_TRUE(other->View(id_, "agent 7", kTyping).ok());
  for (size_t i = 0; i < kViewsMax; ++i) (void)one->View(id_, "hasty", kGone);
  const auto refused = one->View(id_, "hasty", kGone);
  EXPECT_EQ(Said(refused), "TOO_MANY_VIEWS");
  EXPECT_GT(refused.error().retry_after_ms, 0);
}

MUARA_ON_BOTH_ENGINES(ViewersTest);

}  // namespace
}  // namespace muara::ticket

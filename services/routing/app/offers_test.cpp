// The life of an offer: made, accepted, rejected, run out, and every race between them.
#include "services/routing/app/offers.h"

#include "muara/routing/v1/facts.pb.h"
#include "services/routing/app/routing_fixture.h"

namespace muara::routing {
namespace {

class OffersTest : public RoutingTest {};

TEST_P(OffersTest, NewWorkIsOfferedToAFreeAgent) {
  AddAgent("ann");
  Open("t1", Channel::kChat);
  Step();
  const Offer offer = Pending("t1");
  EXPECT_EQ(offer.agent_id, "ann");
  EXPECT_EQ(offer.expire_time, clock_.Now() + std::chrono::seconds(30));
  EXPECT_EQ(offer.why, "longest idle of 1 able agents");
  EXPECT_EQ(GetAgent("ann").used(), 2);
  EXPECT_EQ(Get("t1").status, ItemStatus::kOffered);
  EXPECT_EQ(FactTypes("t1"), "WorkQueued WorkOffered");
  const auto fact = LastFact<v1::WorkOffered>("t1");
  EXPECT_EQ(fact.offer().id(), offer.id);
  EXPECT_EQ(fact.item().offer_id(), offer.id);
  EXPECT_EQ(fact.item().version(), 2);
  Step();
  EXPECT_EQ(PendingCount(), 1u);
}

TEST_P(OffersTest, AnOfferIsAcceptedOnce) {
  AddAgent("ann");
  Open("t1");
  Step();
  const Offer offer = Pending("t1");
  const OperationKey key = Key();
  EXPECT_EQ(one_->offers.Accept(offer.id, key, {"bob"}).error().reason, "OFFER_NOT_FOUND");
  ASSERT_TRUE(one_->offers.Accept(offer.id, key, {"ann"}).ok());
  EXPECT_EQ(one_->offers.Accept(offer.id, key, {"ann"})->status, OfferStatus::kAccepted);
  EXPECT_EQ(one_->offers.Accept(offer.id, {key.key, "other"}, {"ann"}).error().reason,
            "IDEMPOTENCY_CONFLICT");
  EXPECT_EQ(one_->offers.Accept(offer.id, Key(), {"ann"}).error().reason, "OFFER_NOT_PENDING");
  EXPECT_EQ(one_->offers.Accept("none", Key(), {}).error().reason, "OFFER_NOT_FOUND");
  EXPECT_EQ(one_->offers.Get(offer.id, {"bob"}).error().reason, "OFFER_NOT_FOUND");
  EXPECT_EQ(Get("t1").status, ItemStatus::kAssigned);
  EXPECT_EQ(FactTypes("t1"), "WorkQueued WorkOffered OfferAccepted");
  EXPECT_EQ(LastFact<v1::OfferAccepted>("t1").item().agent_id(), "ann");
}

TEST_P(OffersTest, ARejectedItemGoesBackToItsPlaceAndPassesTheAgentOverForAWhile) {
  AddAgent("ann");
  Open("t1");
  Step();
  const Time enqueued = Get("t1").enqueue_time;
  const Offer offer = Pending("t1");
  const OperationKey key = Key();
  ASSERT_TRUE(one_->offers.Reject(offer.id, key, {"ann"}, "BUSY").ok());
  EXPECT_EQ(one_->offers.Reject(offer.id, key, {"ann"}, "BUSY")->status, OfferStatus::kRejected);
  EXPECT_EQ(one_->offers.Reject(offer.id, Key(), {"ann"}, "").error().reason, "OFFER_NOT_PENDING");
  EXPECT_EQ(Get("t1").enqueue_time, enqueued);
  EXPECT_EQ(Get("t1").reason, "BUSY");
  EXPECT_EQ(GetAgent("ann").used(), 0);
  EXPECT_EQ(FactTypes("t1"), "WorkQueued WorkOffered OfferEnded");
  Step();
  EXPECT_EQ(PendingCount(), 0u);
  AddAgent("bob");
  Step();
  EXPECT_EQ(Pending("t1").agent_id, "bob");
  ASSERT_TRUE(one_->offers.Reject(Pending("t1").id, Key(), {"bob"}, "").ok());
  clock_.Advance(std::chrono::seconds(RoutingPolicy().exclusion_seconds));
  Step();
  EXPECT_EQ(PendingCount(), 1u) << "exclusions end";
}

TEST_P(OffersTest, AnOfferRunsOutAndCannotBeAcceptedThen) {
  AddAgent("ann");
  Open("t1");
  Step();
  const Offer offer = Pending("t1");
  clock_.Advance(std::chrono::seconds(30) + Duration(1));
  EXPECT_EQ(one_->offers.Accept(offer.id, Key(), {"ann"}).error().reason, "OFFER_NOT_PENDING");
  Step();
  EXPECT_EQ(GetOffer(offer.id).status, OfferStatus::kTimedOut);
  EXPECT_EQ(GetAgent("ann").missed_offers, 1);
  EXPECT_EQ(GetAgent("ann").used(), 0);
  EXPECT_EQ(Get("t1").status, ItemStatus::kQueued);
  EXPECT_EQ(LastFact<v1::OfferEnded>("t1").offer().status(), v1::OFFER_STATUS_TIMED_OUT);
}

TEST_P(OffersTest, WhoMissesOffersIsAway) {
  AddAgent("ann");
  Open("t1");
  for (int missed = 0; missed < 3; ++missed) {
    Step();
    ASSERT_EQ(PendingCount(), 1u);
    clock_.Advance(std::chrono::seconds(31));
    Step();                                    // ends it
    clock_.Advance(std::chrono::seconds(31));  // and the exclusion
  }
  EXPECT_EQ(GetAgent("ann").status, AgentStatus::kAway);
  EXPECT_EQ(GetAgent("ann").status_reason, "MISSED_OFFERS");
  EXPECT_EQ(LastFact<v1::AgentChanged>("agents/ann").agent().status_reason(), "MISSED_OFFERS");
  Step();
  EXPECT_EQ(PendingCount(), 0u);
  SetPresence("ann", AgentStatus::kAvailable);
  Step();
  EXPECT_EQ(PendingCount(), 1u);
  EXPECT_EQ(GetAgent("ann").missed_offers, 0);
}

TEST_P(OffersTest, AnAcceptForgetsMissedOffers) {
  AddAgent("ann");
  Open("t1");
  Step();
  clock_.Advance(std::chrono::seconds(31));
  Step();
  EXPECT_EQ(GetAgent("ann").missed_offers, 1);
  clock_.Advance(std::chrono::seconds(31));
  Accepted("t1");
  EXPECT_EQ(GetAgent("ann").missed_offers, 0);
}

TEST_P(OffersTest, AcceptAgainstTimeoutHasOneWinner) {
  AddAgent("ann");
  Open("t1");
  Step();
  const Offer offer = Pending("t1");
  clock_.Advance(std::chrono::seconds(30));  // the one moment at which both may
  const int64_t epoch = offer.epoch;
  std::atomic<int> accepted{0}, timed_out{0};
  bus::AtOnce(10, [&](int i) {
    if (i < 5) {
      accepted += one_->offers.Accept(offer.id, Key(), {"ann"}).ok() ? 1 : 0;
    } else {
      const auto ended = one_->offers.Expire(epoch);
      EXPECT_TRUE(ended.ok()) << ended.error().message;
      timed_out += ended.ok() ? *ended : 0;
    }
  });
  EXPECT_EQ(accepted + timed_out, 1);
  EXPECT_EQ(GetOffer(offer.id).status,
            accepted == 1 ? OfferStatus::kAccepted : OfferStatus::kTimedOut);
  EXPECT_EQ(Facts("t1").size(), 3u);
  ExpectCapacityIsRight();
}

TEST_P(OffersTest, AcceptRejectAndLeavingAtOnceHaveOneWinner) {
  for (int round = 0; round < 5; ++round) {
    const std::string id = "t" + std::to_string(round), agent = "agent" + std::to_string(round);
    AddAgent(agent, 100);  // earlier rounds' items that came back are offered too
    Open(id);
    Step();
    const Offer offer = Pending(id);
    std::atomic<int> won{0};
    bus::AtOnce(6, [&](int i) {
      if (i < 2) won += one_->offers.Accept(offer.id, Key(), {offer.agent_id}).ok() ? 1 : 0;
      if (i == 2 || i == 3) {
        won += one_->offers.Reject(offer.id, Key(), {offer.agent_id}, "").ok() ? 1 : 0;
      }
      if (i >= 4) SetPresence(offer.agent_id, AgentStatus::kAway);
    });
    const OfferStatus status = GetOffer(offer.id).status;
    EXPECT_EQ(won, status == OfferStatus::kRescinded ? 0 : 1);
    EXPECT_NE(status, OfferStatus::kPending);
    ExpectCapacityIsRight();
  }
}

TEST_P(OffersTest, AnOldEpochMakesAndEndsNothing) {
  AddAgent("ann");
  Open("t1");
  Step();
  const Offer offer = Pending("t1");
  Open("t2");
  clock_.Advance(std::chrono::seconds(31));
  EXPECT_EQ(one_->offers.Make({{"t2", "ann", ""}}, offer.epoch - 1).error().reason, "NOT_LEADER");
  EXPECT_EQ(one_->offers.Expire(offer.epoch - 1).error().reason, "NOT_LEADER");
  EXPECT_EQ(GetOffer(offer.id).status, OfferStatus::kPending);
}

TEST_P(OffersTest, APairThatNoLongerFitsMakesNothing) {
  AddAgent("ann", 1);
  Open("t1");
  Step();
  const Offer offer = Pending("t1");
  Open("t2");
  const auto make = [&](const char* item, const char* agent) {
    return one_->offers.Make({{item, agent, ""}}, offer.epoch)->offers.size() == 1;
  };
  EXPECT_FALSE(make("t1", "ann")) << "offered already";
  EXPECT_FALSE(make("t2", "ann")) << "no capacity";
  EXPECT_FALSE(make("t9", "ann")) << "gone";
  AddAgent("bob", 1, {"elsewhere"});
  EXPECT_FALSE(make("t2", "bob")) << "taken off the queue meanwhile";
  AddAgent("cid", 1);
  SetPresence("cid", AgentStatus::kAway);
  EXPECT_FALSE(make("t2", "cid")) << "away";
}

TEST_P(OffersTest, ManyMakersOfOnePairMakeOneOffer) {
  AddAgent("ann", 100);
  AddAgent("bob", 100);
  SetPresence("ann", AgentStatus::kOffline);
  SetPresence("bob", AgentStatus::kOffline);
  Step();
  Open("t0");
  AddAgent("cid");
  Step();
  const int64_t epoch = Pending("t0").epoch;
  SetPresence("ann", AgentStatus::kAvailable);
  SetPresence("bob", AgentStatus::kAvailable);
  Open("t1");
  std::atomic<int> made{0};
  bus::AtOnce(8, [&](int i) {
    const auto some = one_->offers.Make({{"t1", i % 2 == 0 ? "ann" : "bob", ""}}, epoch);
    ASSERT_TRUE(some.ok()) << some.error().message;
    made += static_cast<int>(some->offers.size());
  });
  EXPECT_EQ(made, 1);
  ExpectCapacityIsRight();
}

TEST_P(OffersTest, TheStoreItselfTakesNoMoreThanTheCapacity) {
  AddAgent("ann", 2);
  const auto hold = [&](int units, int excess) {
    return database_->Transact([&](sql::Tx& tx) -> Status {
      ASSIGN_OR_RETURN(Agent agent, store::LoadAgentForChange(tx, "ann"));
      agent.load = {};
      agent.load.Add(Channel::kEmail, units);
      agent.excess = excess;
      return store::SaveAgent(tx, agent, clock_.Now());
    });
  };
  EXPECT_TRUE(hold(2, 0).ok());
  EXPECT_EQ(hold(3, 0).error().reason, "CONSTRAINT_VIOLATION");
  EXPECT_EQ(GetAgent("ann").used(), 2);
  EXPECT_TRUE(hold(3, 1).ok()) << "let in on purpose";
  EXPECT_TRUE(hold(1, 1).ok());
  EXPECT_EQ(GetAgent("ann").excess, 0) << "what is over is not kept for the next";
}

TEST_P(OffersTest, WorkGivenDirectlyAndALoweredCapacityMayStandAboveIt) {
  AddAgent("ann", 1);
  Open("t1");
  Open("t2");
  for (const char* id : {"t1", "t2"}) {
    TicketView ticket = Ticket(id);
    ticket.assignee_id = "ann";
    ASSERT_TRUE(React(&Work::AssignedIn, ticket).ok());
  }
  EXPECT_EQ(GetAgent("ann").used(), 2);
  ASSERT_TRUE(one_->people.UpdateAgent("ann", Key(), 0, [](Agent& a) { a.capacity = 2; }).ok());
  ASSERT_TRUE(one_->people.UpdateAgent("ann", Key(), 0, [](Agent& a) { a.capacity = 1; }).ok());
  Open("t3");
  Step();
  EXPECT_EQ(PendingCount(), 0u);
  for (const char* id : {"t1", "t2"}) ASSERT_TRUE(React(&Work::EndedIn, Ticket(id)).ok());
  Step();
  EXPECT_EQ(Pending("t3").agent_id, "ann");
}

MUARA_ON_BOTH_ENGINES(OffersTest);

}  // namespace
}  // namespace muara::routing

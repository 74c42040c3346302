// What connectors answer over a real connection, and what that means for the delivery.
#include "services/notification/events/send.h"

#include "libs/rpc/rpc_fixture.h"
#include "libs/testing/process.h"
#include "muara/connector/v1/connector.pb.h"

namespace muara::notification {
namespace {

using connector::v1::DeliverRequest;
using connector::v1::DeliverResponse;
using connector::v1::DescribeResponse;
using Outcome = Sent::Outcome;

class SendTest : public ::testing::Test {
 protected:
  void SetUp() override {
    wire_.server().Unary<DeliverRequest, DeliverResponse>(
        "muara.connector.v1.Connector/Deliver",
        [this](const rpc::Call&, const DeliverRequest& request) -> Result<DeliverResponse> {
          asked_.push_back(request);
          return answer_;
        });
    wire_.server().Unary<connector::v1::DescribeRequest, DescribeResponse>(
        "muara.connector.v1.Connector/Describe",
        [this](const rpc::Call&, const auto&) -> Result<DescribeResponse> {
          DescribeResponse response;
          response.set_provider_deduplicates(deduplicates_);
          return response;
        });
    wire_.Start();
    client_ = wire_.As("services/notification", rpc::Role::kService);
    connectors_ = std::make_unique<Connectors>(
        std::map<Channel, rpc::Client*>{{Channel::kEmail, client_.get()}});
  }
  static Delivery Mail() {
    DeliverRequest request;
    request.set_delivery_id("d1");
    Delivery delivery;
    delivery.id = "d1";
    delivery.attempts = 3;
    delivery.request = request.SerializeAsString();
    return delivery;
  }
  Sent Answering(DeliverResponse::Outcome outcome,
                 DeliverResponse::ErrorGroup group = DeliverResponse::ERROR_GROUP_UNSPECIFIED) {
    DeliverResponse answer;
    answer.set_outcome(outcome);
    answer.set_group(group);
    answer.set_provider_message_id("<p>");
    answer_ = answer;
    return connectors_->Send(Mail());
  }

  rpc::Wire wire_;
  std::unique_ptr<rpc::Client> client_;
  std::unique_ptr<Connectors> connectors_;
  std::vector<DeliverRequest> asked_;
  Result<DeliverResponse> answer_ = DeliverResponse();
  std::atomic<bool> deduplicates_{false};
};

TEST_F(SendTest, WhatIsAcceptedHasTheProvidersId) {
  const Sent sent = Answering(DeliverResponse::OUTCOME_ACCEPTED);
  EXPECT_EQ(sent.outcome, Outcome::kAccepted);
  EXPECT_EQ(sent.provider_message_id, "<p>");
  EXPECT_EQ(asked_.at(0).attempt(), 3);
  EXPECT_EQ(asked_.at(0).delivery_id(), "d1");
}

TEST_F(SendTest, ARejectionMeansWhatItsGroupSays) {
  const auto rejected = [&](DeliverResponse::ErrorGroup group) {
    return Answering(DeliverResponse::OUTCOME_REJECTED, group).outcome;
  };
  EXPECT_EQ(rejected(DeliverResponse::ERROR_GROUP_FINAL), Outcome::kFinal);
  EXPECT_EQ(rejected(DeliverResponse::ERROR_GROUP_CALLER), Outcome::kFinal);
  EXPECT_EQ(rejected(DeliverResponse::ERROR_GROUP_ENDPOINT), Outcome::kEndpoint);
  EXPECT_EQ(rejected(DeliverResponse::ERROR_GROUP_UNSPECIFIED), Outcome::kTryAgain);
  EXPECT_EQ(rejected(static_cast<DeliverResponse::ErrorGroup>(99)), Outcome::kTryAgain);
}

TEST_F(SendTest, UnknownIsLeftToAPersonUnlessTheChannelTakesTheSameIdTwice) {
  EXPECT_EQ(Answering(DeliverResponse::OUTCOME_UNKNOWN).outcome, Outcome::kUnknown);
  const auto other = wire_.As("services/notification", rpc::Role::kService);
  deduplicates_ = true;
  connectors_ = std::make_unique<Connectors>(
      std::map<Channel, rpc::Client*>{{Channel::kEmail, client_.get()}});
  EXPECT_EQ(Answering(DeliverResponse::OUTCOME_UNKNOWN).outcome, Outcome::kTryAgain);
}

TEST_F(SendTest, AConnectorThatIsAwayIsAskedAgainAndABadRequestIsNot) {
  rpc::Client nobody("127.0.0.1:" + std::to_string(testing::FreePort()),
                     rpc::TokenKeys({std::string(32, 'w')}), {});
  Connectors away({{Channel::kEmail, &nobody}});
  EXPECT_EQ(away.Send(Mail()).outcome, Outcome::kTryAgain);
  answer_ = InvalidFields({{"content", "is empty"}});
  const Sent refused = connectors_->Send(Mail());
  EXPECT_EQ(refused.outcome, Outcome::kFinal);
  EXPECT_EQ(refused.reason, "INVALID_FIELDS");
  answer_ = MakeError(Code::kInternal, "BUG", "");
  EXPECT_EQ(connectors_->Send(Mail()).outcome, Outcome::kTryAgain);
}

TEST_F(SendTest, AChannelWithoutAConnectorIsFinal) {
  Delivery phone = Mail();
  phone.channel = Channel::kPhone;
  EXPECT_EQ(connectors_->Send(phone).reason, "NO_CONNECTOR");
  Delivery broken = Mail();
  broken.request = "\xff\xff";
  EXPECT_EQ(connectors_->Send(broken).reason, "BAD_REQUEST");
  EXPECT_TRUE(asked_.empty());
}

}  // namespace
}  // namespace muara::notification

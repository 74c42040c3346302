#include <boost/json.hpp>

#include "libs/testing/eventually.h"
#include "muara/feedback/v1/facts.pb.h"
#include "muara/routing/v1/facts.pb.h"
#include "muara/ticket/v1/facts.pb.h"
#include "services/gateway/http/gateway_fixture.h"

namespace muara::gateway {
namespace {

using testing::Eventually;
using testing::HttpClient;

struct Event {
  std::string id;
  std::string name;
  boost::json::value data;
};

// One watcher; remembers the last id as a browser does.
class Watching {
 public:
  Watching(int port, const std::string& token, const std::string& last_id = "",
           const std::string& query = "")
      : client_(port), last_id_(last_id) {
    std::string text = "GET /v1/events" + query + " HTTP/1.1\r\nHost: t\r\nAuthorization: Bearer " +
                       token + "\r\n";
    if (!last_id.empty()) text += "Last-Event-ID: " + last_id + "\r\n";
    client_.Send(text + "\r\n");
    status_ = client_.ReadHead().status;
  }

  int status() const { return status_; }
  const std::string& last_id() const { return last_id_; }

  // The next event that a browser would dispatch; an empty name at the end of the stream.
  Event Next() {
    while (true) {
      const std::string block = client_.ReadUntil("\n\n");
      if (!block.ends_with("\n\n")) return {};
      Event event = Parse(block);
      if (!event.id.empty()) last_id_ = event.id;
      if (!event.name.empty()) return event;
    }
  }
  // Until an id has come.
  void Join() {
    while (last_id_.empty()) {
      const Event event = Parse(client_.ReadUntil("\n\n"));
      last_id_ = event.id;
    }
  }

 private:
  static Event Parse(const std::string& block) {
    Event event;
    size_t at = 0;
    while (at < block.size()) {
      const std::string line = block.substr(at, block.find('\n', at) - at);
      at += line.size() + 1;
      if (line.starts_with("id: ")) event.id = line.substr(4);
      if (line.starts_with("event: ")) event.name = line.substr(7);
      if (line.starts_with("data: ")) event.data = boost::json::parse(line.substr(6));
    }
    return event;
  }

  HttpClient client_;
  int status_ = 0;
  std::string last_id_;
};

class EventsTest : public GatewayFixture {
 protected:
  void Open(const std::string& id) {
    ticket::v1::TicketOpened fact;
    fact.mutable_ticket()->set_id(id);
    owners_["ticket"]->Append(id, fact);
  }
  void Offer(const std::string& id, const std::string& agent) {
    routing::v1::WorkOffered fact;
    fact.mutable_item()->set_id(id);
    fact.mutable_offer()->set_agent_id(agent);
    owners_["routing"]->Append(id, fact);
  }
  static std::string Subject(const Event& event) {
    return std::string(event.data.at("subject").as_string());
  }
};

TEST_F(EventsTest, TellsFactsOfAllTopicsAsTheyHappen) {
  Watching watching(edge_->port(), TokenFor("supervisor"));
  watching.Join();
  Open("t1");
  const Event opened = watching.Next();
  EXPECT_EQ(opened.name, "muara.ticket.v1.TicketOpened");
  EXPECT_EQ(Subject(opened), "t1");
  EXPECT_EQ(opened.data.at("key_version").as_int64(), 1);
  EXPECT_EQ(opened.data.at("data").at("ticket").at("id").as_string(), "t1");
  EXPECT_FALSE(opened.data.at("id").as_string().empty());
  Offer("t1", "agent-1");
  EXPECT_EQ(watching.Next().name, "muara.routing.v1.WorkOffered");
}

TEST_F(EventsTest, StartsWithWhatComesAndNotWithWhatWas) {
  Open("before");
  Watching first(edge_->port(), TokenFor("admin"));
  EXPECT_TRUE(Eventually([&] {
    Watching probe(edge_->port(), TokenFor("admin"));
    probe.Join();
    int64_t sum = 0;
    const Cursor cursor = *CursorFromText(probe.last_id());
    for (const int64_t position : cursor.at("ticket").positions) sum += position;
    return sum == 1;
  }));
  Watching watching(edge_->port(), TokenFor("admin"));
  watching.Join();
  Open("after");
  EXPECT_EQ(Subject(watching.Next()), "after");
}

// Leaves at every event and comes back with the last id, over gateways that begin anew: each fact
// comes once, those of one key in order.
TEST_F(EventsTest, MissesAndDoublesNothingOverReconnectsAndRestarts) {
  constexpr int kFacts = 120;
  std::string last_id;
  {
    Watching watching(edge_->port(), TokenFor("admin"));
    watching.Join();
    last_id = watching.last_id();
  }
  std::map<std::string, int64_t> versions;
  int seen = 0;
  int written = 0;
  while (seen < kFacts) {
    for (int i = 0; i < 7 && written < kFacts; ++i, ++written)
      Open("t" + std::to_string(written % 10));
    if (seen % 40 == 20) {
      StopGateway();
      StartGateway();
    }
    Watching watching(edge_->port(), TokenFor("admin"), last_id);
    for (int i = 0; i < 5 && seen < written; ++i, ++seen) {
      const Event event = watching.Next();
      ASSERT_FALSE(event.name.empty());
      EXPECT_EQ(event.data.at("key_version").as_int64(), ++versions[Subject(event)]);
    }
    last_id = watching.last_id();
  }
  for (const auto& [key, version] : versions) EXPECT_EQ(version, 12) << key;
}

TEST_F(EventsTest, ReadsTheLogWhereMemoryDoesNotGoBackSoFar) {
  Watching before(edge_->port(), TokenFor("admin"));
  before.Join();
  constexpr int kFacts = 700;  // of one key, so of one part: memory keeps 256
  for (int i = 0; i < kFacts; ++i) Open("t1");
  EXPECT_TRUE(Eventually([&] {
    Watching probe(edge_->port(), TokenFor("admin"));
    probe.Join();
    int64_t sum = 0;
    const Cursor cursor = *CursorFromText(probe.last_id());
    for (const int64_t position : cursor.at("ticket").positions) sum += position;
    return sum == kFacts;
  }));
  Watching back(edge_->port(), TokenFor("admin"), before.last_id());
  for (int i = 1; i <= kFacts; ++i) {
    ASSERT_EQ(back.Next().data.at("key_version").as_int64(), i);
  }
}

TEST_F(EventsTest, GoesOnWhenAnOwnerComesBack) {
  Watching watching(edge_->port(), TokenFor("admin"));
  watching.Join();
  owners_["ticket"]->Stop();
  Offer("t0", "agent-1");
  EXPECT_EQ(Subject(watching.Next()), "t0");  // the other topics go on
  Open("t1");
  owners_["ticket"]->Restart();
  EXPECT_EQ(Subject(watching.Next()), "t1");
}

TEST_F(EventsTest, ShowsAnAgentItsOwnOffersOnly) {
  Watching agent(edge_->port(), TokenFor("agent"));
  Watching supervisor(edge_->port(), TokenFor("supervisor"));
  agent.Join();
  supervisor.Join();
  // Of one work item, so that they come in order.
  Offer("w1", "agent-8");
  Offer("w1", "agent-7");
  EXPECT_EQ(agent.Next().data.at("key_version").as_int64(), 2);
  EXPECT_EQ(supervisor.Next().data.at("key_version").as_int64(), 1);
  EXPECT_EQ(supervisor.Next().data.at("key_version").as_int64(), 2);
}

TEST_F(EventsTest, TellsOnlyTheTypesAskedFor) {
  Watching watching(edge_->port(), TokenFor("admin"), "", "?types=WorkOffered,muara.x.Y");
  watching.Join();
  routing::v1::WorkQueued queued;
  owners_["routing"]->Append("o1", queued);
  Offer("o1", "agent-1");
  EXPECT_EQ(watching.Next().name, "muara.routing.v1.WorkOffered");
}

TEST_F(EventsTest, NeverShowsASurveysLink) {
  Watching watching(edge_->port(), TokenFor("admin"));
  watching.Join();
  feedback::v1::SurveyRequested fact;
  fact.set_token("secret-token");
  fact.set_url("https://x/s/secret-token");
  fact.set_subject("How was it?");
  owners_["feedback"]->Append("t1", fact);
  const Event event = watching.Next();
  EXPECT_EQ(event.data.at("data").at("subject").as_string(), "How was it?");
  EXPECT_EQ(boost::json::serialize(event.data).find("secret-token"), std::string::npos);
  ticket::v1::SurveyOpened opened;
  *opened.mutable_request() = fact;
  owners_["ticket"]->Append("t1", opened);
  EXPECT_EQ(boost::json::serialize(watching.Next().data).find("secret-token"), std::string::npos);
}

TEST_F(EventsTest, TellsAWatcherOfAnotherLogToBeginAnew) {
  Watching watching(edge_->port(), TokenFor("admin"));
  watching.Join();
  Cursor cursor = *CursorFromText(watching.last_id());
  cursor["ticket"].epoch = "another";
  Watching back(edge_->port(), TokenFor("admin"), ToText(cursor));
  const Event reset = back.Next();
  EXPECT_EQ(reset.name, "reset");
  EXPECT_EQ(reset.data.at("topic").as_string(), "ticket");
  EXPECT_NE(CursorFromText(back.last_id())->at("ticket").epoch, "another");
}

TEST_F(EventsTest, BeginsWithoutATopicThatIsAwayAndTellsWhenItIsBack) {
  StopGateway();
  owners_["routing"]->Stop();
  StartGateway();
  Watching watching(edge_->port(), TokenFor("admin"));
  watching.Join();
  EXPECT_EQ(CursorFromText(watching.last_id())->count("routing"), 0u);
  EXPECT_EQ(CursorFromText(watching.last_id())->count("ticket"), 1u);
  Open("t1");
  EXPECT_EQ(Subject(watching.Next()), "t1");
  Offer("t1", "agent-1");
  owners_["routing"]->Restart();
  const Event reset = watching.Next();
  EXPECT_EQ(reset.name, "reset");
  EXPECT_EQ(reset.data.at("topic").as_string(), "routing");
  Offer("t2", "agent-1");
  EXPECT_EQ(Subject(watching.Next()), "t2");
}

TEST_F(EventsTest, RefusesStrangersAndIdsThatAreNotOurs) {
  EXPECT_EQ(Watching(edge_->port(), "mus_none").status(), 401);
  EXPECT_EQ(Watching(edge_->port(), TokenFor("admin"), "nonsense").status(), 400);
}

TEST_F(EventsTest, LetsNobodyWatchWhoIsNotKept) {
  const size_t before = owners_["ticket"]->watchers().size();
  Watching watching(edge_->port(), TokenFor("agent"));
  EXPECT_EQ(watching.status(), 200);
  const auto watchers = owners_["ticket"]->watchers();
  ASSERT_EQ(watchers.size(), before + 1);
  EXPECT_EQ(watchers.back(), "agents/agent-7");
  EXPECT_EQ(Watching(edge_->port(), TokenFor("agent"), "nonsense").status(), 400);
  EXPECT_EQ(owners_["ticket"]->watchers().size(), before + 1) << "one for each stream";
  owners_["ticket"]->Stop();
  EXPECT_EQ(Watching(edge_->port(), TokenFor("agent")).status(), 503);
}

TEST_F(EventsTest, EndsStreamsWhenItStops) {
  Watching watching(edge_->port(), TokenFor("admin"));
  watching.Join();
  StopGateway();
  EXPECT_EQ(watching.Next().name, "");
}

TEST_F(EventsTest, SendsAWatcherBackToShowItsTokenAgain) {
  StopGateway();
  events_options_.watch_seconds_max = 0;
  StartGateway();
  Watching watching(edge_->port(), TokenFor("admin"));
  EXPECT_EQ(watching.Next().name, "");
  EXPECT_TRUE(Eventually([&] { return events_->watchers() == 0; }));
}

}  // namespace
}  // namespace muara::gateway

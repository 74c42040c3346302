// What search and views say to callers over a real connection.
#include "libs/rpc/rpc_fixture.h"
#include "muara/ticket/v1/search.pb.h"
#include "muara/ticket/v1/tickets.pb.h"
#include "services/ticket/app/ticket_fixture.h"
#include "services/ticket/rpc/serve.h"

namespace muara::ticket {
namespace {

using rpc::Refusal;

class SearchRpcTest : public TicketTest {
 protected:
  void SetUp() override {
    TicketTest::SetUp();
    views_ = std::make_unique<Views>(*database_, clock_);
    ServeSearch(wire_.server(), *search_, *views_);
    wire_.Start();
    seven_ = wire_.As("agents/7", rpc::Role::kAgent);
    eight_ = wire_.As("agents/8", rpc::Role::kAgent);
    leader_ = wire_.As("agents/9", rpc::Role::kSupervisor);
  }
  template <class Response, class Request>
  static Result<Response> Ask(rpc::Client& client, const std::string& method,
                              const Request& request) {
    return client.Ask<Response>("muara.ticket.v1.Search/" + method, request);
  }
  Result<v1::View> Create(rpc::Client& client, const std::string& name, bool shared,
                          const std::string& request_id) {
    v1::CreateViewRequest request;
    request.set_request_id(request_id);
    request.set_name(name);
    request.set_shared(shared);
    request.mutable_filter()->add_assignee_agent_ids("me");
    return Ask<v1::View>(client, "CreateView", request);
  }
  // "Mine 1, Ours 0": names and counts.
  static std::string Counted(const v1::CountedView& view) {
    return view.view().name() + " " + std::to_string(view.count()) +
           (view.at_least() ? " at least" : "");
  }
  std::string ViewsOf(rpc::Client& client) {
    std::string names;
    const auto listed = Ask<v1::ListViewsResponse>(client, "ListViews", v1::ListViewsRequest());
    EXPECT_TRUE(listed.ok());
    for (const auto& one : listed->views()) {
      names += (names.empty() ? "" : ", ") + Counted(one);
    }
    return names;
  }

  rpc::Wire wire_;
  std::unique_ptr<Views> views_;
  std::unique_ptr<rpc::Client> seven_;
  std::unique_ptr<rpc::Client> eight_;
  std::unique_ptr<rpc::Client> leader_;
};

TEST_P(SearchRpcTest, FindsAndMarksOverTheWire) {
  Take(Mail("sari@x.test", "the printer smokes"));
  clock_.Advance(std::chrono::seconds(1));
  ASSERT_TRUE(search_index_->Refresh().ok());
  v1::SearchTicketsRequest request;
  request.set_query("smoke printers");
  request.mutable_filter()->add_statuses(v1::TICKET_STATUS_NEW);
  const auto found = Ask<v1::SearchTicketsResponse>(*seven_, "SearchTickets", request);
  ASSERT_TRUE(found.ok()) << found.error().message;
  ASSERT_EQ(found->hits_size(), 1);
  EXPECT_EQ(found->hits(0).message(1).text(), "printer");
  EXPECT_TRUE(found->hits(0).message(1).found());
  EXPECT_EQ(found->next_page_token(), "");
}

TEST_P(SearchRpcTest, NamesWhatIsWrong) {
  const auto refused = [&](const std::function<void(v1::SearchTicketsRequest&)>& spoil) {
    v1::SearchTicketsRequest request;
    spoil(request);
    return Refusal(Ask<v1::SearchTicketsResponse>(*seven_, "SearchTickets", request));
  };
  EXPECT_EQ(refused([](auto& r) { r.set_query("-no"); }), "INVALID_FIELDS query");
  EXPECT_EQ(refused([](auto& r) { r.set_page_size(-1); }), "INVALID_FIELDS page_size");
  EXPECT_EQ(refused([](auto& r) {
              r.mutable_filter()->add_statuses(static_cast<v1::TicketStatus>(99));
              r.mutable_filter()->add_tags("");
              r.mutable_filter()->mutable_created_from()->set_seconds(-1);
            }),
            "INVALID_FIELDS filter.statuses filter.tags filter.created_from");
  EXPECT_EQ(refused([](auto& r) {
              for (int i = 0; i < 51; ++i) r.mutable_filter()->add_queue_ids("q");
            }),
            "INVALID_FIELDS filter.queue_ids");
}

TEST_P(SearchRpcTest, EveryoneSeesTheirOwnViewsAndSharedOnes) {
  const TicketId id = Take(Mail("sari@x.test")).ticket_id;
  ASSERT_TRUE(tickets_->Assign(Of(id), "7", "Seven").ok());
  ASSERT_TRUE(Create(*seven_, "Mine", false, "a").ok());
  const auto ours = Create(*seven_, "Ours", true, "b");
  ASSERT_TRUE(ours.ok());
  EXPECT_EQ(Create(*seven_, "Ours", true, "b")->id(), ours->id()) << "tried again";
  EXPECT_EQ(ViewsOf(*seven_), "Mine 1, Ours 1");
  EXPECT_EQ(ViewsOf(*eight_), "Ours 0") << "\"me\" is whoever asks";
  v1::ListViewTicketsRequest list;
  list.set_id(ours->id());
  EXPECT_EQ(Ask<v1::SearchTicketsResponse>(*seven_, "ListViewTickets", list)->hits_size(), 1);
  EXPECT_EQ(Ask<v1::SearchTicketsResponse>(*eight_, "ListViewTickets", list)->hits_size(), 0);
}

TEST_P(SearchRpcTest, SharedViewsOfOthersCrowdOutNobodysOwn) {
  for (const char* owner : {"agents/1", "agents/2"}) {
    for (int i = 0; i < kViewsOfOneMax; ++i) {
      const View view{"", "A" + std::to_string(i), owner, true, ""};
      ASSERT_TRUE(views_->Create(bus::KeyFor(owner + std::to_string(i)), view).ok());
    }
  }
  ASSERT_TRUE(Create(*seven_, "Mine", false, "m").ok());
  const std::string listed = ViewsOf(*seven_);
  EXPECT_TRUE(listed.ends_with(", Mine 0")) << "by name, all the same: " << listed;
}

TEST_P(SearchRpcTest, AViewIsCountedByItselfWhereAllTogetherTookTooLong) {
  const TicketId id = Take(Mail("sari@x.test")).ticket_id;
  ASSERT_TRUE(tickets_->Assign(Of(id), "7", "Seven").ok());
  rpc::Wire wire;
  Search hurried(*database_, {.counting_many = Duration(0)});
  ServeSearch(wire.server(), hurried, *views_);
  wire.Start();
  const auto seven = wire.As("agents/7", rpc::Role::kAgent);
  const auto eight = wire.As("agents/8", rpc::Role::kAgent);
  const v1::View mine = *Create(*seven, "Mine", false, "a");
  EXPECT_EQ(ViewsOf(*seven), "Mine 0 at least");
  v1::CountViewRequest count;
  count.set_id(mine.id());
  EXPECT_EQ(Counted(*Ask<v1::CountedView>(*seven, "CountView", count)), "Mine 1");
  EXPECT_EQ(Ask<v1::CountedView>(*eight, "CountView", count).error().reason, "VIEW_NOT_FOUND");
}

TEST_P(SearchRpcTest, FindsTheTicketsOfAnAccount) {
  Take(Mail("sari@x.test"));
  const auto found = [&](const std::string& account) {
    v1::SearchTicketsRequest request;
    request.mutable_filter()->add_account_ids(account);
    const auto page = Ask<v1::SearchTicketsResponse>(*seven_, "SearchTickets", request);
    return page.ok() ? std::to_string(page->hits_size()) : Refusal(page);
  };
  EXPECT_EQ(found("none"), "1");
  EXPECT_EQ(found("another"), "0");
  EXPECT_EQ(found(""), "INVALID_FIELDS filter.account_ids");
}

TEST_P(SearchRpcTest, OnlyOwnersAndSupervisorsChangeAView) {
  const v1::View mine = *Create(*seven_, "Mine", false, "a");
  const v1::View ours = *Create(*seven_, "Ours", true, "b");
  const auto rename = [&](rpc::Client& client, const v1::View& view, const std::string& key,
                          int version = 0) {
    v1::UpdateViewRequest request;
    request.set_id(view.id());
    request.set_request_id(key);
    request.set_expected_version(version);
    request.set_name("Renamed");
    request.set_shared(view.shared());
    return Ask<v1::View>(client, "UpdateView", request);
  };
  EXPECT_EQ(rename(*eight_, mine, "c").error().reason, "VIEW_NOT_FOUND");
  EXPECT_EQ(rename(*eight_, ours, "d").error().reason, "NOT_YOUR_VIEW");
  EXPECT_EQ(rename(*seven_, ours, "e", 7).error().reason, "STALE_VERSION");
  EXPECT_EQ(rename(*leader_, ours, "f")->version(), 2);
  v1::DeleteViewRequest remove;
  remove.set_id(ours.id());
  remove.set_request_id("g");
  EXPECT_EQ(Ask<v1::DeleteViewResponse>(*eight_, "DeleteView", remove).error().reason,
            "NOT_YOUR_VIEW");
  const auto removed = [&](int version) {
    remove.set_expected_version(version);
    return Refusal(Ask<v1::DeleteViewResponse>(*seven_, "DeleteView", remove));
  };
  EXPECT_EQ(removed(-1), "INVALID_FIELDS expected_version");
  EXPECT_EQ(removed(1), "STALE_VERSION") << "a supervisor renamed it";
  EXPECT_EQ(removed(2), "OK");
  EXPECT_TRUE(Ask<v1::DeleteViewResponse>(*seven_, "DeleteView", remove).ok()) << "tried again";
  EXPECT_EQ(ViewsOf(*seven_), "Mine 0");
}

TEST_P(SearchRpcTest, AViewNeedsANameAndARightFilterAndThereAreOnlySoMany) {
  EXPECT_EQ(Refusal(Create(*seven_, "", false, "a")), "INVALID_FIELDS name");
  EXPECT_EQ(Refusal(Create(*seven_, std::string(101, 'n'), false, "a")), "INVALID_FIELDS name");
  EXPECT_EQ(Refusal(Create(*seven_, "n", false, "")), "INVALID_FIELDS request_id");
  for (int i = 0; i < kViewsOfOneMax; ++i) {
    ASSERT_TRUE(Create(*seven_, "v", false, "key" + std::to_string(i)).ok());
  }
  EXPECT_EQ(Create(*seven_, "v", false, "one more").error().reason, "TOO_MANY_VIEWS");
}

TEST_P(SearchRpcTest, AFilterThatMakesNoSenseIsNamed) {
  const auto refused = [&](const std::function<void(v1::TicketFilter&)>& fill) {
    v1::SearchTicketsRequest request;
    fill(*request.mutable_filter());
    return Refusal(Ask<v1::SearchTicketsResponse>(*seven_, "SearchTickets", request));
  };
  const auto field = [&](const std::function<void(v1::FieldFilter&)>& fill) {
    return refused([&](v1::TicketFilter& filter) {
      filter.add_fields()->set_key("size");
      fill(*filter.mutable_fields(0));
    });
  };
  EXPECT_EQ(refused([](auto& f) { f.add_types("incident"); }), "OK");
  EXPECT_EQ(refused([](auto& f) { f.add_types(""); }), "INVALID_FIELDS filter.types");
  EXPECT_EQ(refused([](auto& f) { f.mutable_resolved_from()->set_seconds(-1); }),
            "INVALID_FIELDS filter.resolved_from");
  EXPECT_EQ(refused([](auto& f) {
              for (int i = 0; i < 11; ++i) f.add_fields()->set_key("size");
            }),
            "INVALID_FIELDS filter.fields");
  EXPECT_EQ(field([](auto& f) { f.set_number_from(1); }), "OK");
  EXPECT_EQ(field([](auto& f) { f.set_key("Not a key"); }), "INVALID_FIELDS filter.fields.key");
  EXPECT_EQ(field([](auto& f) { f.set_date_from("1 March"); }), "INVALID_FIELDS filter.fields");
  EXPECT_EQ(field([](auto& f) {
              f.set_unset(true);
              f.set_boolean(true);
            }),
            "INVALID_FIELDS filter.fields.unset");
}

MUARA_ON_BOTH_ENGINES(SearchRpcTest);

}  // namespace
}  // namespace muara::ticket

// Lists by keyset pages: filters, and no row lost or doubled while others change.
#include <map>

#include "services/ticket/app/ticket_fixture.h"

namespace muara::ticket {
namespace {

class TicketListsTest : public TicketTest {
 protected:
  // All pages; `between` runs after each.
  std::vector<Ticket> Walk(
      const Filter& filter, int page, const std::function<void(int)>& between = [](int) {}) {
    std::vector<Ticket> all;
    std::vector<std::string> after;
    for (int number = 0;; ++number) {
      const auto found = search_->Find({}, filter, page, after);
      EXPECT_TRUE(found.ok());
      if (!found.ok()) return all;
      for (const SearchHit& hit : found->hits) all.push_back(hit.ticket);
      if (found->next.empty()) return all;
      after = found->next;
      between(number);
    }
  }
};

TEST_P(TicketListsTest, FiltersAreCombinedAndTheNewestChangeComesFirst) {
  const Accepted first = Take(Mail("sari@x.test"));
  clock_.Advance(Duration(1));
  const Accepted second = Take(Mail("budi@x.test"));
  clock_.Advance(Duration(1));
  ASSERT_TRUE(tickets_->Assign(Of(first.ticket_id), "7", "Seven").ok());
  const auto ids = [&](const Filter& filter) {
    std::vector<TicketId> out;
    for (const Ticket& ticket : List(filter)) out.push_back(ticket.id);
    return out;
  };
  using Ids = std::vector<TicketId>;
  EXPECT_EQ(ids({}), (Ids{first.ticket_id, second.ticket_id}));
  EXPECT_EQ(ids({.statuses = {Status::kNew}}), Ids{second.ticket_id});
  EXPECT_EQ(ids({.assignee_ids = {"7"}}), Ids{first.ticket_id});
  EXPECT_EQ(ids({.contact_id = second.contact_id}), Ids{second.ticket_id});
  EXPECT_EQ(ids({.statuses = {Status::kOpen}, .queue_ids = {"general"}, .assignee_ids = {"7"}}),
            Ids{first.ticket_id});
  EXPECT_EQ(ids({.queue_ids = {"billing"}}), Ids{});
}

TEST_P(TicketListsTest, NoRowIsLostOrDoubledWhileRowsChange) {
  std::vector<TicketId> ids;
  for (int i = 0; i < 30; ++i) {
    ids.push_back(Take(Mail("sari@x.test")).ticket_id);
    if (i % 3 != 0) clock_.Advance(Duration(1));  // some share their time
  }
  const auto all = Walk({}, 7, [&](int page) {
    // One that was seen and a new one move to the front meanwhile.
    clock_.Advance(Duration(1));
    ASSERT_TRUE(tickets_->Note(Of(ids[29 - page]), "touched").ok());
    Take(Mail("late@x.test"));
  });
  std::map<std::string, int> seen;
  for (const Ticket& ticket : all) ++seen[ticket.id.value];
  EXPECT_EQ(all.size(), 30u);
  for (const TicketId& id : ids) EXPECT_EQ(seen[id.value], 1);
}

TEST_P(TicketListsTest, InteractionsComeInTheirOrderAfterTheOneSeen) {
  const TicketId id = Take(Mail("sari@x.test")).ticket_id;
  for (int i = 0; i < 9; ++i) ASSERT_TRUE(tickets_->Note(Of(id), "note").ok());
  const auto page = *tickets_->ListInteractions(id, 4, 3);
  ASSERT_EQ(page.size(), 3u);
  EXPECT_EQ(page[0].sequence, 5);
  EXPECT_EQ(page[2].sequence, 7);
  EXPECT_EQ(tickets_->ListInteractions({"no"}, 0, 3).error().reason, "TICKET_NOT_FOUND");
}

TEST_P(TicketListsTest, ContactsAreFoundByTheirPoint) {
  for (const char* from : {"a@x.test", "b@x.test", "c@x.test"}) Take(Mail(from));
  const auto first = *contacts_->List("", 2, "");
  ASSERT_EQ(first.size(), 2u);
  EXPECT_EQ(contacts_->List("", 2, first[1].id.value)->size(), 1u);
  const auto found = *contacts_->List("b@x.test", 2, "");
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].points.at(0).value, "b@x.test");
}

MUARA_ON_BOTH_ENGINES(TicketListsTest);

}  // namespace
}  // namespace muara::ticket

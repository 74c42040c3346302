// Which ticket a message belongs to, by what its connector hints and what the core knows.
#include "services/ticket/app/ticket_fixture.h"

namespace muara::ticket {
namespace {

using HintsTest = TicketTest;

TEST_P(HintsTest, EachKindOfHintFindsTheTicket) {
  const Submission first = Mail("sari@x.test");
  const TicketId id = Take(first).ticket_id;
  const TicketId chat = Take(Chat("session-1")).ticket_id;
  const std::vector<std::pair<Hint, TicketId>> cases = {
      {{HintKind::kReplyToken, id.value}, id},
      {{HintKind::kReplyToMessage, first.provider_message_id}, id},
      {{HintKind::kReference, first.provider_message_id}, id},
      {{HintKind::kSubjectTag, Get(id).reference}, id},
  };
  int count = 1;
  for (const auto& [hint, expected] : cases) {
    const Accepted accepted = Take(Hinted(Mail("sari@x.test"), hint.kind, hint.value));
    EXPECT_EQ(accepted.ticket_id, expected) << static_cast<int>(hint.kind);
    EXPECT_FALSE(accepted.ticket_opened);
    EXPECT_EQ(On(id).back().matched_by, hint.kind);
    EXPECT_EQ(Get(id).interaction_count, ++count);
  }
  Submission other = Hinted(Chat("someone"), HintKind::kProviderThread, "session-1");
  EXPECT_EQ(Take(other).ticket_id, chat);
  EXPECT_EQ(On(chat).back().matched_by, HintKind::kProviderThread);
  EXPECT_EQ(Take(Chat("session-1")).ticket_id, chat);
  EXPECT_EQ(On(chat).back().matched_by, HintKind::kOpenTicket);
  EXPECT_EQ(On(chat).front().matched_by, HintKind::kNone);
  EXPECT_EQ(FactTypes(id.value),
            "TicketOpened MessageReceived MessageReceived MessageReceived MessageReceived");
}

TEST_P(HintsTest, TheFirstHintThatFindsATicketWins) {
  const TicketId first = Take(Mail("sari@x.test")).ticket_id;
  const TicketId second = Take(Mail("sari@x.test")).ticket_id;
  Submission mail = Hinted(Mail("sari@x.test"), HintKind::kReplyToken, "unknown");
  mail.hints.push_back({HintKind::kReplyToken, second.value});
  mail.hints.push_back({HintKind::kReplyToken, first.value});
  EXPECT_EQ(Take(mail).ticket_id, second);
}

TEST_P(HintsTest, AHintThatFindsATicketComesBeforeTheOpenOne) {
  const TicketId hinted = Take(Chat("session-1")).ticket_id;
  const TicketId open = Take(Chat("session-2")).ticket_id;
  Take(Hinted(Chat("session-2"), HintKind::kProviderThread, "session-1"));
  EXPECT_EQ(On(hinted).back().matched_by, HintKind::kProviderThread);
  Take(Hinted(Chat("session-2"), HintKind::kProviderThread, "no such session"));
  EXPECT_EQ(On(open).back().matched_by, HintKind::kOpenTicket);
}

TEST_P(HintsTest, ASubjectTagCountsOnlyFromWhoTakesPart) {
  const TicketId id = Take(Mail("sari@x.test")).ticket_id;
  const std::string tag = Get(id).reference;
  const Accepted stranger = Take(Hinted(Mail("eve@x.test"), HintKind::kSubjectTag, tag));
  EXPECT_NE(stranger.ticket_id, id);
  EXPECT_TRUE(stranger.ticket_opened);
  Answer(id, "budi@x.test");  // now takes part
  EXPECT_EQ(Take(Hinted(Mail("budi@x.test"), HintKind::kSubjectTag, tag)).ticket_id, id);
}

MUARA_ON_BOTH_ENGINES(HintsTest);

}  // namespace
}  // namespace muara::ticket

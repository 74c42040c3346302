#include "services/ticket/domain/viewers/board.h"

#include <gtest/gtest.h>

namespace muara::ticket {
namespace {

const Time kNow = FromMicros(1772348400000000);
const TicketId kTicket{"t1"};

Viewer Of(const std::string& agent, Time now = kNow, ViewerState state = ViewerState::kViewing) {
  return {agent, state, now + kViewerLife};
}

TEST(ViewerBoard, AViewerIsThereUntilItEndsOrGoes) {
  ViewerBoard board;
  board.Note(kTicket, Of("ani"), kNow);
  board.Note(kTicket, Of("budi", kNow, ViewerState::kTyping), kNow);
  ASSERT_EQ(board.On(kTicket, kNow).size(), 2u);
  EXPECT_EQ(board.On(kTicket, kNow)[1].state, ViewerState::kTyping);
  EXPECT_TRUE(board.On(TicketId{"t2"}, kNow).empty());
  board.Note(kTicket, Of("budi", kNow, ViewerState::kGone), kNow);
  EXPECT_EQ(board.On(kTicket, kNow + kViewerLife - Duration(1)).size(), 1u);
  EXPECT_TRUE(board.On(kTicket, kNow + kViewerLife).empty());
}

TEST(ViewerBoard, AFullTicketTakesNobodyMoreUntilOneEnds) {
  ViewerBoard board;
  for (size_t i = 0; i < kViewersMax; ++i) {
    EXPECT_EQ(board.Note(kTicket, Of(std::to_string(i)), kNow), ViewerBoard::Noted::kYes);
  }
  EXPECT_EQ(board.Note(kTicket, Of("one more"), kNow), ViewerBoard::Noted::kFull);
  EXPECT_EQ(board.Note(kTicket, Of("7"), kNow), ViewerBoard::Noted::kYes) << "is there already";
  const Time later = kNow + kViewerLife;
  EXPECT_EQ(board.Note(kTicket, Of("one more", later), later), ViewerBoard::Noted::kYes);
}

TEST(ViewerBoard, AFullBoardMakesRoomByWhatHasEnded) {
  ViewerBoard board;
  for (size_t i = 0; i < kViewedTicketsMax; ++i) {
    board.Note(TicketId{std::to_string(i)}, Of("ani"), kNow);
  }
  EXPECT_EQ(board.Note(kTicket, Of("ani"), kNow), ViewerBoard::Noted::kFull);
  const Time later = kNow + kViewerLife;
  EXPECT_EQ(board.Note(kTicket, Of("ani", later), later), ViewerBoard::Noted::kYes);
}

TEST(ViewRate, AnAgentTellsSoOftenInTenSecondsAndNoMore) {
  ViewRate rate;
  for (size_t i = 0; i < kViewsMax; ++i) {
    EXPECT_EQ(rate.Take("ani", kNow), ViewRate::Taken::kYes);
  }
  EXPECT_EQ(rate.Take("ani", kNow), ViewRate::Taken::kTooMany);
  EXPECT_EQ(rate.Take("budi", kNow), ViewRate::Taken::kYes);
  EXPECT_EQ(rate.Take("ani", kNow + kViewsWithin), ViewRate::Taken::kYes);
}

}  // namespace
}  // namespace muara::ticket

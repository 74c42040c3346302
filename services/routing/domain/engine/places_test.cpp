#include "services/routing/domain/engine/places.h"

#include <gtest/gtest.h>

#include <random>
#include <set>
#include <string>

#include "libs/base/id.h"
#include "services/routing/domain/engine/backlog.h"

namespace muara::routing::engine {
namespace {

TEST(ItemId, IsTheTextThatItWasMadeOf) {
  const std::string uuid = NewUuid();
  for (const std::string& text :
       {uuid, std::string(), std::string("ticket-1"), std::string(36, 'a'), uuid + "0",
        std::string("0199B2C4-0000-7000-8000-0123456789AB"),
        std::string("00000000-0000-0000-0000-000000000000"),
        std::string("ffffffff-ffff-ffff-ffff-ffffffffffff"),
        std::string("0199b2c4-0000-7000-8000-0123456789ag"),
        std::string("0199b2c4x0000-7000-8000-0123456789ab")}) {
    EXPECT_EQ(ItemId(text).text(), text);
    EXPECT_EQ(ItemId(text), ItemId(text)) << text;
    EXPECT_EQ(absl::Hash<ItemId>()(ItemId(text)), absl::Hash<ItemId>()(ItemId(text)));
  }
}

TEST(ItemId, IsOrderedAsItsText) {
  const std::vector<std::string> texts = {"",
                                          "00000000-0000-0000-0000-000000000000",
                                          "0199b2c4-0000-7000-8000-0123456789ab",
                                          "0199b2c4-0000-7000-8000-0123456789ac",
                                          "0199b2c4-0000-7001-0000-000000000000",
                                          "0199b2c4-0000-8",
                                          "9",
                                          "a",
                                          "ffffffff-ffff-ffff-ffff-ffffffffffff",
                                          "ticket-1"};
  for (const std::string& a : texts) {
    for (const std::string& b : texts) {
      EXPECT_EQ(ItemId(a) < ItemId(b), a < b) << a << " " << b;
      EXPECT_EQ(ItemId(a) == ItemId(b), a == b) << a << " " << b;
    }
  }
}

class PlacesTest : public testing::Test {
 protected:
  // Few scores and ages, so that many are told apart by the next one, or by their ids.
  Place Make() {
    const uint32_t item = items_.Add(ItemId(NewUuid()));
    items_[item].enqueue_time = FromMicros(Random(5));
    return {Random(5), item};
  }

  int Random(int below) { return static_cast<int>(random_() % static_cast<uint32_t>(below)); }

  void ExpectTheSame() const {
    ASSERT_EQ(places_.empty(), expected_.empty());
    std::vector<uint32_t> seen, expected;
    places_.Walk([&](const Place& place) {
      seen.push_back(place.item);
      return true;
    });
    for (const Place& place : expected_) expected.push_back(place.item);
    ASSERT_EQ(seen, expected);
    if (expected.empty()) return;
    ASSERT_EQ(places_.first().item, expected.front());
  }

  std::mt19937 random_{7};
  // As said, in plain words.
  struct Before {
    const Items* items;
    bool operator()(const Place& a, const Place& b) const {
      if (a.static_score != b.static_score) return a.static_score > b.static_score;
      const Entry &one = (*items)[a.item], &other = (*items)[b.item];
      if (one.enqueue_time != other.enqueue_time) return one.enqueue_time < other.enqueue_time;
      return one.id.text() < other.id.text();
    }
  };

  Items items_;
  Places places_{items_};
  std::set<Place, Before> expected_{Before{&items_}};
};

TEST_F(PlacesTest, AreInTheirOrderWhateverComesAndGoes) {
  for (int turn = 0; turn < 5000; ++turn) {
    // Grows to a few hundred, and empties.
    const bool grows = turn / 600 % 2 == 0;
    if (expected_.empty() || Random(10) < (grows ? 8 : 3)) {
      const Place place = Make();
      places_.Add(place);
      expected_.insert(place);
    } else {
      const int far = Random(3) == 0 ? Random(static_cast<int>(expected_.size())) : 0;
      const auto chosen = std::next(expected_.begin(), far);
      places_.Drop(*chosen);
      expected_.erase(chosen);
    }
    ExpectTheSame();
  }
}

TEST_F(PlacesTest, AreWalkedNoFurtherThanAsked) {
  for (int i = 0; i < 50; ++i) places_.Add(Make());
  int seen = 0;
  places_.Walk([&](const Place&) { return ++seen < 20; });
  EXPECT_EQ(seen, 20);
}

}  // namespace
}  // namespace muara::routing::engine

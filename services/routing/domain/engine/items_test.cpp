#include "services/routing/domain/engine/items.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

#include "libs/base/id.h"

namespace muara::routing::engine {
namespace {

TEST(Items, AreFoundByTheirIdsWhateverComesAndGoes) {
  Items items;
  std::mt19937 random(7);
  std::map<std::string, uint32_t> expected;
  std::vector<std::string> gone = {"", "never", NewUuid()};
  for (int turn = 0; turn < 20000; ++turn) {
    // Grows to a few thousand, of which some are no UUIDs, and empties.
    if (expected.empty() || random() % 10 < (turn / 8000 % 2 == 0 ? 8 : 3)) {
      const std::string id = random() % 4 == 0 ? "i" + std::to_string(turn) : NewUuid();
      ASSERT_EQ(items.Find(ItemId(id)), kNothing);
      const uint32_t item = items.Add(ItemId(id));
      ASSERT_EQ(items[item].version, 0) << "the room of another one, as that left it";
      ASSERT_EQ(items[item].extras, nullptr);
      items[item].version = turn;
      items[item].extras = std::make_unique<Extras>();
      ASSERT_TRUE(expected.emplace(id, item).second);
    } else {
      const auto one = std::next(expected.begin(), random() % std::min<size_t>(expected.size(), 9));
      items.Remove(one->second);
      gone.push_back(one->first);
      expected.erase(one);
    }
  }
  std::set<uint32_t> numbers;
  for (const auto& [id, item] : expected) {
    EXPECT_EQ(items.Find(ItemId(id)), item);
    EXPECT_EQ(items[item].id.text(), id);
    EXPECT_TRUE(numbers.insert(item).second);
  }
  for (const std::string& id : gone) EXPECT_EQ(items.Find(ItemId(id)), kNothing) << id;
}

TEST(Slab, LetsGoOfWhatIsDroppedAtOnce) {
  const auto thing = std::make_shared<int>(1);
  Slab<std::shared_ptr<int>> slab;
  const uint32_t number = slab.Add(thing);
  EXPECT_EQ(thing.use_count(), 2);
  slab.Drop(number);
  EXPECT_EQ(thing.use_count(), 1);
}

TEST(Items, UseTheRoomOfThoseThatLeftAgain) {
  Items items;
  const uint32_t first = items.Add(ItemId("a"));
  items.Add(ItemId("b"));
  items.Remove(first);
  EXPECT_EQ(items.Add(ItemId("c")), first);
  EXPECT_EQ(items.Find(ItemId("a")), kNothing);
}

TEST(Items, StayWhereTheyAreWhileOthersCome) {
  Items items;
  const uint32_t first = items.Add(ItemId("first"));
  const Entry* entry = &items[first];
  for (int i = 0; i < 5000; ++i) items.Add(ItemId(NewUuid()));
  EXPECT_EQ(entry, &items[first]);
  EXPECT_EQ(entry->id.text(), "first");
}

TEST(Items, KeepEveryValueThatAFieldMayHave) {
  Entry entry;
  for (const Channel channel : kChannels) {
    for (const Order order : {Order::kPriority, Order::kDueTime}) {
      entry.channel = channel;
      entry.order = order;
      entry.weight = kCapacityMax;
      entry.priority = kPriorityMax;
      EXPECT_EQ(entry.channel, channel);
      EXPECT_EQ(entry.order, order);
      EXPECT_EQ(entry.weight, static_cast<uint32_t>(kCapacityMax));
      EXPECT_EQ(entry.priority, static_cast<uint32_t>(kPriorityMax));
    }
  }
}

TEST(Items, OfTwoEqualOnesTheLongerWaitGoesFirstThenTheId) {
  Items items;
  const uint32_t a = items.Add(ItemId("a")), b = items.Add(ItemId("b"));
  EXPECT_TRUE(items.IsOlder(a, b));
  EXPECT_FALSE(items.IsOlder(b, a));
  EXPECT_FALSE(items.IsOlder(a, a));
  items[a].enqueue_time = FromMicros(1);
  EXPECT_TRUE(items.IsOlder(b, a));
  // By due time only where it was placed so.
  items[b].extras = std::make_unique<Extras>();
  items[b].extras->due_time = FromMicros(0) + kDueAfter + Duration(2);
  EXPECT_TRUE(items.IsOlder(b, a));
  items[b].order = Order::kDueTime;
  EXPECT_TRUE(items.IsOlder(a, b));
}

}  // namespace
}  // namespace muara::routing::engine

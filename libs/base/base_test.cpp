#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <set>
#include <thread>

#include "libs/base/crypto.h"
#include "libs/base/id.h"
#include "libs/base/result.h"
#include "libs/base/sha256_sum.h"
#include "libs/base/time.h"
#include "libs/base/utf8.h"
#include "libs/base/worker_pool.h"

namespace muara {
namespace {

Result<int> Half(int value) {
  if (value % 2 != 0) return MakeError(Code::kInvalidArgument, "ODD", "value is odd");
  return value / 2;
}

Result<int> Quarter(int value) {
  ASSIGN_OR_RETURN(const int half, Half(value));
  return Half(half);
}

TEST(Result, CarriesTheValueOrTheFirstError) {
  EXPECT_EQ(*Quarter(8), 2);
  EXPECT_EQ(Quarter(6).error().reason, "ODD");
}

TEST(Result, InvalidFieldsNamesEveryField) {
  const Error error = InvalidFields({{"a", "is required"}, {"b", "is too long"}});
  EXPECT_EQ(error.message, "a: is required; b: is too long");
  EXPECT_EQ(error.violations.size(), 2u);
}

TEST(Id, IsAUuidOfVersion7ThatSortsByMaking) {
  std::string last;
  std::set<std::string> seen;
  for (int i = 0; i < 10000; ++i) {
    const std::string id = NewUuid();
    EXPECT_TRUE(IsUuid(id));
    EXPECT_EQ(id[14], '7');
    EXPECT_LT(last, id);
    last = id;
    seen.insert(id);
  }
  EXPECT_EQ(seen.size(), 10000u);
  EXPECT_FALSE(IsUuid("01890a5d-ac96-774b-bcce-b302099a805G"));
  EXPECT_FALSE(IsUuid(""));
}

TEST(Id, NamedIdsAreTheSameForTheSameName) {
  EXPECT_TRUE(IsUuid(NamedUuid("a")));
  EXPECT_EQ(NamedUuid("a"), NamedUuid("a"));
  EXPECT_NE(NamedUuid("a"), NamedUuid("b"));
  EXPECT_EQ(NamedUuid("a")[14], '8');
}

TEST(Time, IsWrittenAsRfc3339) {
  EXPECT_EQ(ToRfc3339(FromMicros(1772348400123456)), "2026-03-01T07:00:00.123Z");
}

TEST(Utf8, TakesWhatIsWellFormedAndNothingElse) {
  EXPECT_TRUE(IsUtf8("a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80"));
  EXPECT_TRUE(IsUtf8(""));
  for (const char* bad : {"\xFF", "\xC0\x80", "\xE0\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80",
                          "\xE2\x82", "\x80"}) {
    EXPECT_FALSE(IsUtf8(bad)) << ToHex(bad);
  }
}

TEST(WorkerPool, RefusesNewWorkBeyondItsBoundButNeverWhatFollowsFromWorkTaken) {
  std::promise<void> release;
  std::promise<void> last;
  std::atomic<int> done{0};
  WorkerPool pool(1, 1);
  ASSERT_TRUE(pool.Post([&, go_on = release.get_future().share()] {
    go_on.wait();
    EXPECT_FALSE(pool.Post([] {}));
    pool.PostFollowUp([&] {
      ++done;
      last.set_value();
    });
    ++done;
  }));
  // The first is under way once there is room for another.
  while (!pool.Post([&] { ++done; })) std::this_thread::yield();
  release.set_value();
  last.get_future().wait();
  pool.Stop();
  EXPECT_EQ(done, 3);
  EXPECT_FALSE(pool.Post([] {}));
}

TEST(Crypto, AgreesWithPublishedVectors) {
  EXPECT_EQ(ToHex(Sha256("abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  Sha256Sum sum;
  sum.Add("a");
  sum.Add("");
  sum.Add("bc");
  EXPECT_EQ(sum.Finish(), Sha256("abc"));
  // RFC 4231, case 2.
  EXPECT_EQ(ToHex(HmacSha256("Jefe", "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(Crc32c("123456789"), 0xe3069283u);
  EXPECT_EQ(StableHash("a"), 0xaf63dc4c8601ec8cull);
}

TEST(Crypto, TextFormsGoThereAndBack) {
  for (size_t size = 0; size < 40; ++size) {
    const std::string data = RandomBytes(size);
    EXPECT_EQ(FromBase64Url(ToBase64Url(data)), data);
    EXPECT_EQ(FromBase64(ToBase64(data)), data);
    EXPECT_EQ(FromBase32(ToBase32Lower(data)), data);
  }
  EXPECT_EQ(ToBase32Lower("foobar"), "mzxw6ytboi");  // RFC 4648
  EXPECT_EQ(ToBase64("foobar\xff"), "Zm9vYmFy/w==");
  EXPECT_FALSE(FromBase64("Zm9vYmFy/w").has_value());
  EXPECT_FALSE(FromBase64Url("a+b").has_value());
  EXPECT_FALSE(FromBase32("1").has_value());
}

TEST(Crypto, WhatIsSealedIsOpenedByItsKeyAlone) {
  const std::string key = RandomBytes(32), other = RandomBytes(32);
  const std::string sealed = Seal(key, "whsec_1");
  EXPECT_EQ(Unseal(key, sealed), "whsec_1");
  EXPECT_EQ(sealed.find("whsec"), std::string::npos);
  EXPECT_NE(Seal(key, "whsec_1"), sealed);
  EXPECT_FALSE(Unseal(other, sealed));
  for (size_t at = 0; at < sealed.size(); ++at) {
    std::string changed = sealed;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    EXPECT_FALSE(Unseal(key, changed)) << at;
  }
  EXPECT_FALSE(Unseal(key, sealed.substr(0, 39)));
  EXPECT_EQ(Unseal(key, Seal(key, "")), "");
}

TEST(Crypto, PasswordsVerifyAndOthersDoNot) {
  const std::string hash = HashPassword("correct horse");
  EXPECT_TRUE(VerifyPassword(hash, "correct horse"));
  EXPECT_FALSE(VerifyPassword(hash, "correct horsf"));
  EXPECT_EQ(hash.rfind("$argon2id$", 0), 0u);
}

}  // namespace
}  // namespace muara

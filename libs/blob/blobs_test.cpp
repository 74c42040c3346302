// One suite for every blob store, and what is the folder's own.
#include "libs/blob/blobs.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/file.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

#include "libs/base/file_descriptor.h"
#include "libs/blob/directory_blobs.h"
#include "libs/blob/memory_blobs.h"
#include "libs/testing/manual_clock.h"
#include "libs/testing/servers.h"

namespace muara::blob {
namespace {

namespace fs = std::filesystem;
using std::chrono::hours;

constexpr const char* kNobodys =
    "sha256:0000000000000000000000000000000000000000000000000000000000000000";

enum class Kind { kMemory, kDirectory };

class BlobsTest : public ::testing::TestWithParam<Kind> {
 protected:
  void SetUp() override {
    if (GetParam() == Kind::kMemory) {
      blobs_ = std::make_unique<MemoryBlobs>(clock_);
    } else {
      blobs_ = *DirectoryBlobs::Open(folder_.path());
    }
  }
  std::string PathOf(const std::string& reference) const {
    const std::string hex(HexOf(reference));
    return folder_.path() + "/" + hex.substr(0, 2) + "/" + hex;
  }
  // Makes what is kept as old as this.
  void Age(const std::string& reference, Duration age) {
    if (GetParam() == Kind::kMemory) return clock_.Advance(age);
    fs::last_write_time(PathOf(reference), fs::file_time_type::clock::now() - age);
  }

  testing::TempFolder folder_;
  testing::ManualClock clock_;
  std::unique_ptr<Blobs> blobs_;
};

TEST_P(BlobsTest, GiveBackWhatWasPut) {
  for (const std::string& bytes :
       {std::string("halo\0\r\n", 7), std::string(), std::string(3'000'000, 'x')}) {
    const auto reference = blobs_->Put(bytes);
    ASSERT_TRUE(reference.ok());
    EXPECT_EQ(*reference, ReferenceOf(bytes));
    EXPECT_EQ(*blobs_->Put(bytes), *reference);
    EXPECT_EQ(*blobs_->Get(*reference), bytes);
  }
}

TEST_P(BlobsTest, KnowNothingElse) {
  for (const std::string reference :
       {"", "sha256:", "sha256:../../etc/passwd", "/etc/passwd", "sha256:ABCDEF", kNobodys}) {
    EXPECT_EQ(blobs_->Get(reference).error().reason, "BLOB_NOT_FOUND") << reference;
    EXPECT_TRUE(blobs_->RemoveOlder(reference, hours(0)).ok());
  }
}

TEST_P(BlobsTest, RemoveWhatIsOldAndNoOther) {
  const std::string old = *blobs_->Put("old");
  Age(old, hours(25));
  const std::string young = *blobs_->Put("young");
  ASSERT_TRUE(blobs_->RemoveOlder(old, hours(24)).ok());
  ASSERT_TRUE(blobs_->RemoveOlder(young, hours(24)).ok());
  EXPECT_EQ(blobs_->Get(old).error().reason, "BLOB_NOT_FOUND");
  EXPECT_EQ(*blobs_->Get(young), "young");
}

TEST_P(BlobsTest, ListWhatIsOldShelfByShelf) {
  const std::string old = *blobs_->Put("old");
  Age(old, hours(25));
  ASSERT_TRUE(blobs_->Put("young").ok());
  std::vector<std::string> found;
  for (int shelf = 0; shelf < 256; ++shelf) {
    const auto listed = blobs_->ListOlder(static_cast<uint8_t>(shelf), hours(24));
    ASSERT_TRUE(listed.ok());
    for (const std::string& one : *listed) {
      EXPECT_EQ(std::stoi(one.substr(7, 2), nullptr, 16), shelf);
      found.push_back(one);
    }
  }
  EXPECT_EQ(found, std::vector<std::string>{old});
}

TEST_P(BlobsTest, WhatIsPutAgainIsYoungAgain) {
  const std::string reference = *blobs_->Put("again");
  Age(reference, hours(25));
  EXPECT_EQ(*blobs_->Put("again"), reference);
  ASSERT_TRUE(blobs_->RemoveOlder(reference, hours(24)).ok());
  EXPECT_EQ(*blobs_->Get(reference), "again");
}

// Whoever was told that it is kept finds it, whatever is removed meanwhile.
TEST_P(BlobsTest, WhatIsPutWhileTheSameIsRemovedStays) {
  for (int round = 0; round < 200; ++round) {
    const std::string bytes = "round " + std::to_string(round);
    const std::string reference = *blobs_->Put(bytes);
    Age(reference, hours(25));
    std::thread remover([&] { EXPECT_TRUE(blobs_->RemoveOlder(reference, hours(24)).ok()); });
    const auto again = blobs_->Put(bytes);
    remover.join();
    ASSERT_TRUE(again.ok());
    ASSERT_EQ(*blobs_->Get(reference), bytes) << round;
  }
}

INSTANTIATE_TEST_SUITE_P(Each, BlobsTest, ::testing::Values(Kind::kMemory, Kind::kDirectory),
                         [](const auto& one) {
                           return one.param == Kind::kMemory ? "Memory" : "Directory";
                         });

TEST(DirectoryBlobs, AreFoundByTheNextProcess) {
  const testing::TempFolder folder;
  const std::string reference = *(*DirectoryBlobs::Open(folder.path() + "/new"))->Put("halo");
  EXPECT_EQ(*(*DirectoryBlobs::Open(folder.path() + "/new"))->Get(reference), "halo");
  EXPECT_TRUE(fs::is_empty(folder.path() + "/new/incoming"));
}

TEST(DirectoryBlobs, NoticeDamageAndHealItByTheNextPut) {
  const testing::TempFolder folder;
  const auto blobs = *DirectoryBlobs::Open(folder.path());
  const std::string reference = *blobs->Put("halo");
  const std::string hex(HexOf(reference));
  std::ofstream(folder.path() + "/" + hex.substr(0, 2) + "/" + hex) << "cut";
  EXPECT_EQ(blobs->Get(reference).error().reason, "BLOB_DAMAGED");
  EXPECT_EQ(*blobs->Put("halo"), reference);
  EXPECT_EQ(*blobs->Get(reference), "halo");
}

// Another process that puts holds the folder's lock together with us; one that removes waits.
TEST(DirectoryBlobs, RemoveNothingWhileAnotherPuts) {
  const testing::TempFolder folder;
  const auto blobs = *DirectoryBlobs::Open(folder.path());
  const std::string reference = *blobs->Put("old");
  const std::string hex(HexOf(reference));
  fs::last_write_time(folder.path() + "/" + hex.substr(0, 2) + "/" + hex,
                      fs::file_time_type::clock::now() - hours(25));
  FileDescriptor putting(open((folder.path() + "/lock").c_str(), O_RDWR | O_CLOEXEC));
  ASSERT_EQ(flock(putting.get(), LOCK_SH), 0);
  std::atomic<bool> removed{false};
  std::thread remover([&] {
    EXPECT_TRUE(blobs->RemoveOlder(reference, hours(24)).ok());
    removed = true;
  });
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(blobs->Put("other " + std::to_string(i)).ok());
  EXPECT_TRUE(blobs->Get(reference).ok());
  EXPECT_FALSE(removed);
  putting.Close();
  remover.join();
  EXPECT_FALSE(blobs->Get(reference).ok());
}

TEST(DirectoryBlobs, RemoveAllThatIsOld) {
  const testing::TempFolder folder;
  const auto blobs = *DirectoryBlobs::Open(folder.path());
  std::vector<std::string> references;
  for (int i = 0; i < 20; ++i) {
    references.push_back(*blobs->Put("mail " + std::to_string(i)));
    const std::string hex(HexOf(references.back()));
    if (i % 2 == 0) continue;
    fs::last_write_time(folder.path() + "/" + hex.substr(0, 2) + "/" + hex,
                        fs::file_time_type::clock::now() - hours(25));
  }
  ASSERT_TRUE(blobs->RemoveAllOlder(hours(24)).ok());
  for (int i = 0; i < 20; ++i) EXPECT_EQ(blobs->Get(references[i]).ok(), i % 2 == 0) << i;
}

TEST(DirectoryBlobs, SayWhenTheFolderCannotBeHad) {
  EXPECT_EQ(DirectoryBlobs::Open("/proc/none").error().reason, "BLOB_FOLDER");
}

}  // namespace
}  // namespace muara::blob

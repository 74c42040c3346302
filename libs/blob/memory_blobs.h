// Blobs for tests of what stands on them: gone with the process, by the tests' own clock.
#pragma once

#include <map>
#include <mutex>

#include "libs/blob/blobs.h"

namespace muara::blob {

class MemoryBlobs final : public Blobs {
 public:
  explicit MemoryBlobs(const Clock& clock) : clock_(clock) {}

  Result<std::string> Put(std::string_view bytes) override;
  Result<std::string> Get(std::string_view reference) override;
  Status RemoveOlder(std::string_view reference, Duration age) override;
  Result<std::vector<std::string>> ListOlder(uint8_t shelf, Duration age) override;

 private:
  struct Kept {
    std::string bytes;
    Time put_time;
  };
  const Clock& clock_;
  std::mutex mutex_;
  std::map<std::string, Kept, std::less<>> kept_;
};

}  // namespace muara::blob

#include "libs/blob/memory_blobs.h"

#include "libs/base/crypto.h"

namespace muara::blob {

Result<std::string> MemoryBlobs::Put(std::string_view bytes) {
  std::string reference = ReferenceOf(bytes);
  const std::lock_guard lock(mutex_);
  kept_[reference] = {std::string(bytes), clock_.Now()};
  return reference;
}

Result<std::string> MemoryBlobs::Get(std::string_view reference) {
  const std::lock_guard lock(mutex_);
  const auto found = kept_.find(reference);
  if (found == kept_.end()) {
    return MakeError(Code::kNotFound, "BLOB_NOT_FOUND", "no such blob is stored here");
  }
  return found->second.bytes;
}

Status MemoryBlobs::RemoveOlder(std::string_view reference, Duration age) {
  const std::lock_guard lock(mutex_);
  const auto found = kept_.find(reference);
  if (found != kept_.end() && clock_.Now() - found->second.put_time > age) kept_.erase(found);
  return Ok();
}

Result<std::vector<std::string>> MemoryBlobs::ListOlder(uint8_t shelf, Duration age) {
  const std::lock_guard lock(mutex_);
  const std::string first = ToHex(std::string(1, static_cast<char>(shelf)));
  std::vector<std::string> old;
  for (const auto& [reference, kept] : kept_) {
    if (!HexOf(reference).starts_with(first)) continue;
    if (clock_.Now() - kept.put_time > age) old.push_back(reference);
  }
  return old;
}

}  // namespace muara::blob

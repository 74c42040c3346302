// Raw mails and attachments as files named by their SHA-256, in one folder that several processes
// may share. What is there is whole and on disk: written beside, synced, then renamed. Thread-safe.
#pragma once

#include <string>
#include <string_view>

#include "libs/base/result.h"

namespace muara::email::store {

class Blobs {
 public:
  // Makes the folder where it is missing; kFailedPrecondition when it cannot be written.
  static Result<Blobs> Open(std::string folder);

  // "sha256:<hex>". kUnavailable with BLOB_NOT_STORED when the disk refuses.
  Result<std::string> Put(std::string_view bytes) const;
  // kNotFound for what is not there or is no reference; kInternal with BLOB_DAMAGED when the bytes
  // are not those of the name.
  Result<std::string> Get(std::string_view reference) const;

 private:
  explicit Blobs(std::string folder) : folder_(std::move(folder)) {}
  std::string PathOf(std::string_view hex) const;

  std::string folder_;
};

}  // namespace muara::email::store

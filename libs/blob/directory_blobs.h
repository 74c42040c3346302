// Blobs as files in one folder that several processes may share, by NFS too. What is there is whole
// and on disk: written beside, synced, then renamed. Its age is that of the file.
#pragma once

#include <memory>

#include "libs/base/file_descriptor.h"
#include "libs/blob/blobs.h"

namespace muara::blob {

class DirectoryBlobs final : public Blobs {
 public:
  // Makes the folder where it is missing; kFailedPrecondition with BLOB_FOLDER when it cannot be
  // written.
  static Result<std::unique_ptr<DirectoryBlobs>> Open(std::string folder);

  Result<std::string> Put(std::string_view bytes) override;
  Result<std::string> Get(std::string_view reference) override;
  Status RemoveOlder(std::string_view reference, Duration age) override;
  Result<std::vector<std::string>> ListOlder(uint8_t shelf, Duration age) override;
  // The same with all that is kept; for a folder that nobody refers to.
  Status RemoveAllOlder(Duration age);

 private:
  explicit DirectoryBlobs(std::string folder) : folder_(std::move(folder)) {}
  std::string PathOf(std::string_view hex) const;
  // Between putting and removing, over processes: the lock lasts as long as the descriptor.
  enum class Lock { kShared, kExclusive };
  Result<FileDescriptor> Hold(Lock lock) const;

  std::string folder_;
};

}  // namespace muara::blob

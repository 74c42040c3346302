#include "services/channels/email/store/blobs.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "libs/base/crypto.h"
#include "libs/base/file_descriptor.h"
#include "libs/base/id.h"

namespace muara::email::store {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kScheme = "sha256:";
constexpr size_t kHexCharacters = 64;
constexpr auto kLeftoverAge = std::chrono::hours(24);

Error NotStored(const char* step) {
  return MakeError(Code::kUnavailable, "BLOB_NOT_STORED",
                   std::string("the blob store refused at: ") + step);
}

Status WriteAll(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return NotStored("write");
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return fsync(file) == 0 ? Ok() : Status(NotStored("fsync"));
}

Status WriteFile(const std::string& path, std::string_view bytes) {
  const FileDescriptor file(open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!file.open()) return NotStored("create");
  return WriteAll(file.get(), bytes);
}

// A rename is durable only when its folder is.
Status SyncFolder(const std::string& path) {
  const FileDescriptor folder(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder.open() || fsync(folder.get()) != 0) return NotStored("sync of the folder");
  return Ok();
}

bool IsHex(std::string_view text) {
  return text.size() == kHexCharacters &&
         text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

void RemoveLeftovers(const fs::path& incoming) {
  std::error_code error;
  const auto now = fs::file_time_type::clock::now();
  for (const auto& entry : fs::directory_iterator(incoming, error)) {
    if (now - entry.last_write_time(error) > kLeftoverAge) fs::remove(entry.path(), error);
  }
}

}  // namespace

Result<Blobs> Blobs::Open(std::string folder) {
  std::error_code error;
  fs::create_directories(fs::path(folder) / "incoming", error);
  if (error || access((folder + "/incoming").c_str(), W_OK) != 0) {
    return MakeError(Code::kFailedPrecondition, "BLOB_FOLDER",
                     "the folder of the blob store cannot be written: " + folder);
  }
  RemoveLeftovers(fs::path(folder) / "incoming");
  return Blobs(std::move(folder));
}

std::string Blobs::PathOf(std::string_view hex) const {
  return folder_ + "/" + std::string(hex.substr(0, 2)) + "/" + std::string(hex);
}

Result<std::string> Blobs::Put(std::string_view bytes) const {
  const std::string hex = ToHex(Sha256(bytes));
  const std::string path = PathOf(hex);
  std::error_code error;
  if (fs::file_size(path, error) == bytes.size() && !error) return std::string(kScheme) + hex;
  const std::string shelf = fs::path(path).parent_path().string();
  if (fs::create_directory(shelf, error)) RETURN_IF_ERROR(SyncFolder(folder_));
  const std::string incoming = folder_ + "/incoming/" + NewUuid();
  Status status = WriteFile(incoming, bytes);
  if (status.ok() && rename(incoming.c_str(), path.c_str()) != 0) status = NotStored("rename");
  if (status.ok()) status = SyncFolder(shelf);
  if (!status.ok()) {
    fs::remove(incoming, error);
    return status.error();
  }
  return std::string(kScheme) + hex;
}

Result<std::string> Blobs::Get(std::string_view reference) const {
  const bool known_scheme = reference.starts_with(kScheme);
  const std::string_view hex = known_scheme ? reference.substr(kScheme.size()) : std::string_view();
  const Error missing = MakeError(Code::kNotFound, "BLOB_NOT_FOUND", "no such blob is stored here");
  if (!IsHex(hex)) return missing;
  std::ifstream file(PathOf(hex), std::ios::binary);
  if (!file) return missing;
  std::string bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  if (ToHex(Sha256(bytes)) != hex) {
    return MakeError(Code::kInternal, "BLOB_DAMAGED", "a stored blob is not what its name says");
  }
  return bytes;
}

}  // namespace muara::email::store

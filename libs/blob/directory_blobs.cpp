#include "libs/blob/directory_blobs.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "libs/base/crypto.h"
#include "libs/base/id.h"

namespace muara::blob {
namespace {

namespace fs = std::filesystem;

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

constexpr int kShelves = 256;

// The first byte of the name, so that no folder grows too long to be listed.
std::string NameOf(uint8_t shelf) { return ToHex(std::string(1, static_cast<char>(shelf))); }

void RemoveLeftovers(const fs::path& incoming) {
  std::error_code error;
  const auto now = fs::file_time_type::clock::now();
  for (const auto& entry : fs::directory_iterator(incoming, error)) {
    if (now - entry.last_write_time(error) > kLeftoverAge) fs::remove(entry.path(), error);
  }
}

}  // namespace

Result<std::unique_ptr<DirectoryBlobs>> DirectoryBlobs::Open(std::string folder) {
  std::error_code error;
  fs::create_directories(fs::path(folder) / "incoming", error);
  for (int shelf = 0; shelf < kShelves; ++shelf) {
    if (!error) fs::create_directory(fs::path(folder) / NameOf(static_cast<uint8_t>(shelf)), error);
  }
  if (error || access((folder + "/incoming").c_str(), W_OK) != 0 || !SyncFolder(folder).ok()) {
    return MakeError(Code::kFailedPrecondition, "BLOB_FOLDER",
                     "the folder of the blob store cannot be written: " + folder);
  }
  RemoveLeftovers(fs::path(folder) / "incoming");
  return std::unique_ptr<DirectoryBlobs>(new DirectoryBlobs(std::move(folder)));
}

std::string DirectoryBlobs::PathOf(std::string_view hex) const {
  return folder_ + "/" + std::string(hex.substr(0, 2)) + "/" + std::string(hex);
}

Result<FileDescriptor> DirectoryBlobs::Hold(Lock lock) const {
  FileDescriptor file(open((folder_ + "/lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!file.open()) return NotStored("open of the lock");
  int held = 0;
  do {
    held = flock(file.get(), lock == Lock::kShared ? LOCK_SH : LOCK_EX);
  } while (held != 0 && errno == EINTR);
  if (held != 0) return NotStored("lock");
  return file;
}

Result<std::string> DirectoryBlobs::Put(std::string_view bytes) {
  const std::string reference = ReferenceOf(bytes);
  const std::string path = PathOf(HexOf(reference));
  ASSIGN_OR_RETURN(const FileDescriptor lock, Hold(Lock::kShared));
  std::error_code error;
  const std::string shelf = fs::path(path).parent_path().string();
  const bool is_there = fs::file_size(path, error) == bytes.size() && !error;
  if (is_there && utimensat(AT_FDCWD, path.c_str(), nullptr, 0) == 0) {
    // Another process may have renamed it this moment.
    RETURN_IF_ERROR(SyncFolder(shelf));
    return reference;
  }
  const std::string incoming = folder_ + "/incoming/" + NewUuid();
  Status status = WriteFile(incoming, bytes);
  if (status.ok() && rename(incoming.c_str(), path.c_str()) != 0) status = NotStored("rename");
  if (status.ok()) status = SyncFolder(shelf);
  if (!status.ok()) {
    fs::remove(incoming, error);
    return status.error();
  }
  return reference;
}

Result<std::string> DirectoryBlobs::Get(std::string_view reference) {
  const std::string_view hex = HexOf(reference);
  const Error missing = MakeError(Code::kNotFound, "BLOB_NOT_FOUND", "no such blob is stored here");
  if (hex.empty()) return missing;
  std::ifstream file(PathOf(hex), std::ios::binary);
  if (!file) return missing;
  std::string bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  if (ReferenceOf(bytes) != reference) {
    return MakeError(Code::kInternal, "BLOB_DAMAGED", "a stored blob is not what its name says");
  }
  return bytes;
}

Status DirectoryBlobs::RemoveOlder(std::string_view reference, Duration age) {
  const std::string_view hex = HexOf(reference);
  if (hex.empty()) return Ok();
  ASSIGN_OR_RETURN(const FileDescriptor lock, Hold(Lock::kExclusive));
  const std::string path = PathOf(hex);
  std::error_code error;
  const auto put_time = fs::last_write_time(path, error);
  if (error) return Ok();
  if (fs::file_time_type::clock::now() - put_time <= age) return Ok();
  if (unlink(path.c_str()) != 0 && errno != ENOENT) return NotStored("remove");
  return Ok();
}

Result<std::vector<std::string>> DirectoryBlobs::ListOlder(uint8_t shelf, Duration age) {
  std::vector<std::string> old;
  std::error_code error;
  fs::directory_iterator entry(folder_ + "/" + NameOf(shelf), error);
  for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
    std::error_code gone;  // removed meanwhile
    const auto put_time = entry->last_write_time(gone);
    if (gone || fs::file_time_type::clock::now() - put_time <= age) continue;
    std::string reference = ReferenceTo(entry->path().filename().string());
    if (!HexOf(reference).empty()) old.push_back(std::move(reference));
  }
  if (error) return NotStored("list");
  return old;
}

Status DirectoryBlobs::RemoveAllOlder(Duration age) {
  for (int shelf = 0; shelf < kShelves; ++shelf) {
    ASSIGN_OR_RETURN(const auto old, ListOlder(static_cast<uint8_t>(shelf), age));
    for (const std::string& reference : old) RETURN_IF_ERROR(RemoveOlder(reference, age));
  }
  return Ok();
}

}  // namespace muara::blob

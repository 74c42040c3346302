// Bytes that are kept under the name of their SHA-256: attachments, raw mails. One seam, so that a
// centre's object store can stand where the folder stands. Implementations are thread-safe and may
// block on their disk or network.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "libs/base/result.h"
#include "libs/base/time.h"

namespace muara::blob {

class Blobs {
 public:
  virtual ~Blobs() = default;

  // "sha256:<hex>", once the bytes are durable; the same bytes again are young again. kUnavailable
  // with BLOB_NOT_STORED where the store refuses.
  virtual Result<std::string> Put(std::string_view bytes) = 0;
  // kNotFound with BLOB_NOT_FOUND for what is not there or is no reference; kInternal with
  // BLOB_DAMAGED when the bytes are not those of the name.
  virtual Result<std::string> Get(std::string_view reference) = 0;
  // Removes what was put longer ago than `age`; what is younger stays, since somebody may be about
  // to refer to it. What is not there is removed already.
  virtual Status RemoveOlder(std::string_view reference, Duration age) = 0;
  // References to what was put longer ago than `age`, of one of 256 shelves: those whose digest
  // begins with this byte. In any order.
  virtual Result<std::vector<std::string>> ListOlder(uint8_t shelf, Duration age) = 0;
};

// "sha256:<hex>" of these bytes, or of this hex; and the hex of a reference, empty: it is none.
std::string ReferenceOf(std::string_view bytes);
std::string ReferenceTo(std::string_view hex);
std::string_view HexOf(std::string_view reference);

}  // namespace muara::blob

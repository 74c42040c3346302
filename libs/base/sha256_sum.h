// The SHA-256 of what comes piece by piece; crypto.h has that of what is there as a whole.
#pragma once

#include <sodium/crypto_hash_sha256.h>

#include <string>
#include <string_view>

namespace muara {

class Sha256Sum {
 public:
  Sha256Sum();
  void Add(std::string_view data);
  // 32 raw bytes; nothing is added after it.
  std::string Finish();

 private:
  crypto_hash_sha256_state state_;
};

}  // namespace muara

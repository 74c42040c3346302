#include "libs/base/crypto.h"

#include <sodium.h>

#include <array>

#include "libs/base/check.h"
#include "libs/base/sha256_sum.h"

namespace muara {
namespace {

const unsigned char* Bytes(std::string_view data) {
  return reinterpret_cast<const unsigned char*>(data.data());
}

unsigned char* Bytes(std::string& data) { return reinterpret_cast<unsigned char*>(data.data()); }

const unsigned char* Bytes(const std::string& data) { return Bytes(std::string_view(data)); }

std::string Base64(std::string_view data, int variant) {
  std::string out(sodium_base64_ENCODED_LEN(data.size(), variant), '\0');
  sodium_bin2base64(out.data(), out.size(), Bytes(data), data.size(), variant);
  out.pop_back();  // the terminating zero
  return out;
}

std::optional<std::string> OfBase64(std::string_view text, int variant) {
  std::string out(text.size(), '\0');
  size_t size = 0;
  if (sodium_base642bin(Bytes(out), out.size(), text.data(), text.size(), nullptr, &size, nullptr,
                        variant) != 0) {
    return std::nullopt;
  }
  out.resize(size);
  return out;
}

void InitOnce() {
  static const int ready = sodium_init();
  CHECK(ready >= 0);
}

constexpr std::string_view kBase32 = "abcdefghijklmnopqrstuvwxyz234567";

}  // namespace

std::string Sha256(std::string_view data) {
  std::string out(crypto_hash_sha256_BYTES, '\0');
  crypto_hash_sha256(Bytes(out), Bytes(data), data.size());
  return out;
}

Sha256Sum::Sha256Sum() { crypto_hash_sha256_init(&state_); }

void Sha256Sum::Add(std::string_view data) {
  crypto_hash_sha256_update(&state_, Bytes(data), data.size());
}

std::string Sha256Sum::Finish() {
  std::string out(crypto_hash_sha256_BYTES, '\0');
  crypto_hash_sha256_final(&state_, Bytes(out));
  return out;
}

std::string HmacSha256(std::string_view key, std::string_view data) {
  std::string out(crypto_auth_hmacsha256_BYTES, '\0');
  crypto_auth_hmacsha256_state state;
  crypto_auth_hmacsha256_init(&state, Bytes(key), key.size());
  crypto_auth_hmacsha256_update(&state, Bytes(data), data.size());
  crypto_auth_hmacsha256_final(&state, Bytes(out));
  return out;
}

bool EqualInConstantTime(std::string_view a, std::string_view b) {
  return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string RandomBytes(size_t size_bytes) {
  InitOnce();
  std::string out(size_bytes, '\0');
  randombytes_buf(out.data(), out.size());
  return out;
}

std::string ToHex(std::string_view data) {
  std::string out;
  out.reserve(data.size() * 2);
  for (const unsigned char byte : data) {
    out.push_back("0123456789abcdef"[byte >> 4]);
    out.push_back("0123456789abcdef"[byte & 15]);
  }
  return out;
}

std::string ToBase64Url(std::string_view data) {
  return Base64(data, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

std::optional<std::string> FromBase64Url(std::string_view text) {
  return OfBase64(text, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

std::string ToBase64(std::string_view data) { return Base64(data, sodium_base64_VARIANT_ORIGINAL); }

std::optional<std::string> FromBase64(std::string_view text) {
  return OfBase64(text, sodium_base64_VARIANT_ORIGINAL);
}

std::string Seal(std::string_view key, std::string_view plain) {
  CHECK(key.size() == crypto_secretbox_KEYBYTES);
  const std::string nonce = RandomBytes(crypto_secretbox_NONCEBYTES);
  std::string box(plain.size() + crypto_secretbox_MACBYTES, '\0');
  crypto_secretbox_easy(Bytes(box), Bytes(plain), plain.size(), Bytes(nonce), Bytes(key));
  return nonce + box;
}

std::optional<std::string> Unseal(std::string_view key, std::string_view sealed) {
  CHECK(key.size() == crypto_secretbox_KEYBYTES);
  constexpr size_t kAround = crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES;
  if (sealed.size() < kAround) return std::nullopt;
  const std::string_view box = sealed.substr(crypto_secretbox_NONCEBYTES);
  std::string plain(sealed.size() - kAround, '\0');
  if (crypto_secretbox_open_easy(Bytes(plain), Bytes(box), box.size(), Bytes(sealed), Bytes(key)) !=
      0) {
    return std::nullopt;
  }
  return plain;
}

std::string ToBase32Lower(std::string_view data) {
  std::string out;
  uint32_t buffer = 0;
  int bits = 0;
  for (const unsigned char byte : data) {
    buffer = (buffer << 8) | byte;
    for (bits += 8; bits >= 5; bits -= 5) out.push_back(kBase32[(buffer >> (bits - 5)) & 31]);
  }
  if (bits > 0) out.push_back(kBase32[(buffer << (5 - bits)) & 31]);
  return out;
}

std::optional<std::string> FromBase32(std::string_view text) {
  std::string out;
  uint32_t buffer = 0;
  int bits = 0;
  for (const char c : text) {
    const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    const size_t digit = kBase32.find(lower);
    if (digit == std::string_view::npos) return std::nullopt;
    buffer = (buffer << 5) | static_cast<uint32_t>(digit);
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    out.push_back(static_cast<char>((buffer >> bits) & 0xff));
  }
  return out;
}

uint32_t Crc32c(std::string_view data) {
  static const std::array<uint32_t, 256> table = [] {
    std::array<uint32_t, 256> made{};
    for (uint32_t i = 0; i < 256; ++i) {
      uint32_t value = i;
      for (int bit = 0; bit < 8; ++bit) value = (value >> 1) ^ ((value & 1) ? 0x82f63b78u : 0u);
      made[i] = value;
    }
    return made;
  }();
  uint32_t crc = 0xffffffffu;
  for (const unsigned char byte : data) crc = (crc >> 8) ^ table[(crc ^ byte) & 0xff];
  return crc ^ 0xffffffffu;
}

uint64_t StableHash(std::string_view data) {
  uint64_t hash = 0xcbf29ce484222325ull;
  for (const unsigned char byte : data) hash = (hash ^ byte) * 0x100000001b3ull;
  return hash;
}

std::string HashPassword(std::string_view password) {
  InitOnce();
  char out[crypto_pwhash_STRBYTES];
  CHECK(crypto_pwhash_str(out, password.data(), password.size(), crypto_pwhash_OPSLIMIT_INTERACTIVE,
                          crypto_pwhash_MEMLIMIT_INTERACTIVE) == 0);
  return out;
}

bool VerifyPassword(const std::string& hash, std::string_view password) {
  InitOnce();
  return crypto_pwhash_str_verify(hash.c_str(), password.data(), password.size()) == 0;
}

}  // namespace muara

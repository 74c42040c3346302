// The few cryptographic primitives that we use, over libsodium and OpenSSL's SHA: hashing, signing,
// comparing in constant time, random bytes, and text forms of them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace muara {

std::string Sha256(std::string_view data);                            // 32 raw bytes
std::string HmacSha256(std::string_view key, std::string_view data);  // 32 raw bytes
bool EqualInConstantTime(std::string_view a, std::string_view b);
std::string RandomBytes(size_t size_bytes);

std::string ToHex(std::string_view data);
std::string ToBase64Url(std::string_view data);  // no padding
std::optional<std::string> FromBase64Url(std::string_view text);
std::string ToBase64(std::string_view data);  // RFC 4648, with padding
std::optional<std::string> FromBase64(std::string_view text);
std::string ToBase32Lower(std::string_view data);  // RFC 4648 alphabet in lower case, no padding
std::optional<std::string> FromBase32(std::string_view text);  // either case

// What is kept but must not be read by whoever sees the store: XSalsa20-Poly1305 under a key of 32
// bytes, with a nonce of its own in front.
std::string Seal(std::string_view key, std::string_view plain);
// Nothing where it was sealed with another key, or changed.
std::optional<std::string> Unseal(std::string_view key, std::string_view sealed);

uint32_t Crc32c(std::string_view data);  // Castagnoli, as in RFC 3720
// FNV-1a, 64 bits: stable over versions and machines; decides which part a key belongs to.
uint64_t StableHash(std::string_view data);

// argon2id with libsodium's interactive limits; the text holds salt and parameters. About 50 ms.
std::string HashPassword(std::string_view password);
bool VerifyPassword(const std::string& hash, std::string_view password);

}  // namespace muara

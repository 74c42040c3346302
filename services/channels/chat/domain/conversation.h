// What a chat is: sessions, the messages of their logs, and the rules about both. Pure; sizes are
// bytes of UTF-8.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "libs/base/result.h"
#include "libs/base/time.h"

namespace muara::chat {

constexpr size_t kTextBytesMax = 32 * 1024;    // of a customer's message
constexpr size_t kReplyBytesMax = 256 * 1024;  // of ours
constexpr size_t kCidBytesMax = 64;
constexpr size_t kNameBytesMax = 256;
constexpr size_t kEmailBytesMax = 320;
constexpr size_t kUrlBytesMax = 2000;
constexpr size_t kDeliveryIdBytesMax = 128;
constexpr int64_t kReplayMax = 1000;  // messages that a socket is told when it opens

struct Session {
  std::string id;          // public: a UUIDv7
  std::string token_hash;  // hex SHA-256 of the secret that only the browser has
  std::string name;
  std::string email;  // empty: not told
  int64_t head = 0;   // seq of the last message
};

// Secrets of 256 random bits need no slow hash.
std::string HashToken(std::string_view token);
bool TokenFits(const Session& session, std::string_view token);

enum class Author { kCustomer = 1, kAgent = 2, kSystem = 3 };

// A question with the whole numbers of a range as its answers.
struct Choices {
  int minimum = 0;
  int maximum = 0;
  std::string url;  // where it can be answered too; empty: nowhere
};

struct Message {
  std::string session;
  int64_t seq = 0;  // 1, 2, 3 ... within its session, without a gap
  std::string id;   // the core's interaction; may be empty for ours
  Author author = Author::kCustomer;
  std::string name;
  std::string text;
  std::string cid;          // the browser's own id of it; only of a customer's message
  std::string delivery_id;  // only of ours
  std::optional<Choices> choices;
  Time time;
};

// Where a socket that has seen all up to `seen` goes on in a log that ends at `head`.
struct Resumption {
  int64_t after = 0;    // told are the messages beyond it
  bool resync = false;  // what it has does not fit: it must forget that and take what follows
};
Resumption Resume(int64_t seen, int64_t head);

// kInvalidArgument with a reason for the browser: BAD_CID, EMPTY_TEXT, TEXT_TOO_LONG, BAD_TEXT.
Status CheckCid(std::string_view cid);
Status CheckText(std::string_view text, size_t bytes_max);
// BAD_NAME, BAD_EMAIL; both may be empty.
Status CheckPerson(std::string_view name, std::string_view email);

}  // namespace muara::chat

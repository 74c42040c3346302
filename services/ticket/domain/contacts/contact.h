// A contact is a person; a contact point is an address, number or handle of theirs.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "libs/base/time.h"
#include "services/ticket/domain/ids.h"

namespace muara::ticket {

// Numbers as on the wire and in the store.
enum class PointKind { kEmail = 1, kPhone = 2, kChat = 3, kHandle = 4 };
enum class Assurance { kClaimed = 1, kChannelVerified = 2, kCustomerVerified = 3 };

constexpr size_t kPointBytesMax = 320;
constexpr size_t kNameBytesMax = 256;
constexpr size_t kClaimsMax = 5;  // of one submission, and of one contact

struct ContactPoint {
  PointKind kind = PointKind::kEmail;
  std::string value;
  std::string display_name;
  Assurance assurance = Assurance::kClaimed;
};

// The form in which two spellings of one point are equal: addresses in lower case, no blanks
// around.
std::string NormalPoint(PointKind kind, const std::string& value);

struct Contact {
  ContactId id;
  std::string display_name;
  std::vector<ContactPoint> points;  // those that find it, then what it claims
  Time create_time;
  int version = 1;
};

}  // namespace muara::ticket

// Ids are UUIDv7 in text (RFC 9562): they sort by the time of their making, and within one process
// strictly so. Strong types keep a ticket's id from standing where a contact's belongs.
#pragma once

#include <compare>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace muara {

std::string NewUuid();
// The same id for the same name, for ever (a UUIDv8 out of its SHA-256).
std::string NamedUuid(std::string_view name);
bool IsUuid(std::string_view text);

template <class Tag>
struct Id {
  std::string value;

  static Id New() { return Id{NewUuid()}; }
  bool empty() const { return value.empty(); }
  auto operator<=>(const Id&) const = default;
};

}  // namespace muara

template <class Tag>
struct std::hash<muara::Id<Tag>> {
  size_t operator()(const muara::Id<Tag>& id) const { return std::hash<std::string>()(id.value); }
};

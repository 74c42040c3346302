// A filter that somebody keeps under a name.
#pragma once

#include <string>

#include "services/ticket/domain/search/filter.h"

namespace muara::ticket {

constexpr size_t kViewNameBytesMax = 100;
constexpr int kViewsOfOneMax = 100;  // owned by one person

struct View {
  std::string id;
  std::string name;
  std::string owner;  // "agents/<id>"
  bool shared = false;
  // As it was given: TicketFilter's bytes, in which "me" still means whoever asks.
  std::string filter;
  int version = 1;
};

}  // namespace muara::ticket

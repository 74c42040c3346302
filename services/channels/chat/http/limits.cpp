#include "services/channels/chat/http/limits.h"

#include <arpa/inet.h>

#include <string_view>

#include "libs/base/crypto.h"

namespace muara::chat {

std::string AddressKey(const std::string& ip) {
  in6_addr address = {};
  if (inet_pton(AF_INET6, ip.c_str(), &address) != 1) return ip;
  const std::string_view bytes(reinterpret_cast<const char*>(address.s6_addr), 16);
  // An IPv4 address in IPv6's clothes is one customer by itself.
  if (IN6_IS_ADDR_V4MAPPED(&address)) return "v4:" + ToHex(bytes.substr(12));
  return "v6:" + ToHex(bytes.substr(0, 8));
}

std::shared_ptr<void> Limits::Seat(const std::string& address) {
  const std::lock_guard lock(mutex_);
  int64_t& taken = seats_[address];
  if (taken >= connections_per_address_) return nullptr;
  ++taken;
  return {static_cast<void*>(this), [this, address](void*) { Leave(address); }};
}

void Limits::Leave(const std::string& address) {
  const std::lock_guard lock(mutex_);
  const auto found = seats_.find(address);
  if (found != seats_.end() && --found->second == 0) seats_.erase(found);
}

}  // namespace muara::chat

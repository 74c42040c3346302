// Which addresses we may call on somebody's word: those of the public internet, and inner ones that
// the operator has allowed. Pure; the lists are those of IANA's special-purpose registries.
#pragma once

#include <sys/socket.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "libs/base/result.h"

namespace muara::web {

struct Address {
  enum class Family { kV4, kV6 };
  Family family = Family::kV4;
  std::array<uint8_t, 16> bytes{};  // the first 4 of a kV4
  bool operator==(const Address&) const = default;
};

// "192.0.2.1", "2001:db8::1", "[2001:db8::1]"; nothing for names and other spellings.
std::optional<Address> ParseAddress(std::string text);
// Nothing for what is neither IPv4 nor IPv6.
std::optional<Address> AddressOf(const sockaddr& socket_address);

// False for private, shared, loopback, link-local, multicast, documentation and unspecified ones,
// for forms that carry another address within (mapped, NAT64, 6to4, Teredo), and for the addresses
// at which clouds tell machines their secrets.
bool IsPublic(const Address& address);

// Inner targets that may be called all the same.
class Allowances {
 public:
  // "10.1.0.0/16,crm.internal:8080,127.0.0.1:9000,[::1]:9000": networks at any port, hosts at one.
  // At most 100.
  static Result<Allowances> Parse(const std::string& text);

  bool empty() const { return networks_.empty() && hosts_.empty(); }
  bool has_networks() const { return !networks_.empty(); }
  // The URL's own host and port are named, whatever address that is.
  bool HasHost(const std::string& host, int port) const;
  bool HasAddress(const Address& address, int port) const;

 private:
  struct Network {
    Address address;
    int bits = 0;
  };
  struct Host {
    std::string name;
    std::optional<Address> address;
    int port = 0;
  };
  Status Add(const std::string& one);

  std::vector<Network> networks_;
  std::vector<Host> hosts_;
};

}  // namespace muara::web

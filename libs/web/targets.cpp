#include "libs/web/targets.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstring>

namespace muara::web {
namespace {

constexpr size_t kAllowancesMax = 100;
constexpr int kPortMax = 65535;

bool IsWithin(const Address& address, const Address& network, int bits) {
  if (address.family != network.family) return false;
  const int whole = bits / 8;
  if (!std::equal(address.bytes.begin(), address.bytes.begin() + whole, network.bytes.begin())) {
    return false;
  }
  if (bits % 8 == 0) return true;
  const int mask = 0xff << (8 - bits % 8);
  return ((address.bytes[whole] ^ network.bytes[whole]) & mask & 0xff) == 0;
}

struct Reserved {
  const char* network;
  int bits;
};

constexpr Reserved kReserved4[] = {
    {"0.0.0.0", 8},         // this network
    {"10.0.0.0", 8},        // private
    {"100.64.0.0", 10},     // shared by carriers
    {"127.0.0.0", 8},       // loopback
    {"168.63.129.16", 32},  // the host of an Azure machine
    {"169.254.0.0", 16},    // link-local, metadata of clouds
    {"172.16.0.0", 12},     // private
    {"192.0.0.0", 24},      // protocol assignments
    {"192.0.2.0", 24},      // documentation
    {"192.88.99.0", 24},    // 6to4 relays
    {"192.168.0.0", 16},    // private
    {"198.18.0.0", 15},     // benchmarks
    {"198.51.100.0", 24},   // documentation
    {"203.0.113.0", 24},    // documentation
    {"224.0.0.0", 4},       // multicast
    {"240.0.0.0", 4},       // reserved, broadcast
};

// Of IPv6 only 2000::/3 is given out to anyone. So loopback, unique local, link-local, multicast,
// IPv4-mapped and NAT64 (64:ff9b::/96) are out already.
constexpr Reserved kGlobal6 = {"2000::", 3};
constexpr Reserved kReserved6[] = {
    {"2001::", 23},      // protocol assignments, with Teredo
    {"2001:db8::", 32},  // documentation
    {"2002::", 16},      // 6to4
    {"3fff::", 20},      // documentation
};

bool IsIn(const Address& address, const Reserved& reserved) {
  return IsWithin(address, *ParseAddress(reserved.network), reserved.bits);
}

std::optional<int> NumberIn(const std::string& text, int minimum, int maximum) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if (value < minimum || value > maximum) return std::nullopt;
  return value;
}

std::string Lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

}  // namespace

std::optional<Address> ParseAddress(std::string text) {
  if (text.size() > 2 && text.front() == '[' && text.back() == ']') {
    text = text.substr(1, text.size() - 2);
  }
  Address address;
  if (inet_pton(AF_INET, text.c_str(), address.bytes.data()) == 1) return address;
  address.family = Address::Family::kV6;
  if (inet_pton(AF_INET6, text.c_str(), address.bytes.data()) == 1) return address;
  return std::nullopt;
}

std::optional<Address> AddressOf(const sockaddr& socket_address) {
  Address address;
  if (socket_address.sa_family == AF_INET) {
    std::memcpy(address.bytes.data(),
                &reinterpret_cast<const sockaddr_in&>(socket_address).sin_addr, 4);
    return address;
  }
  if (socket_address.sa_family != AF_INET6) return std::nullopt;
  address.family = Address::Family::kV6;
  std::memcpy(address.bytes.data(),
              &reinterpret_cast<const sockaddr_in6&>(socket_address).sin6_addr, 16);
  return address;
}

bool IsPublic(const Address& address) {
  const auto is_it = [&](const Reserved& reserved) { return IsIn(address, reserved); };
  if (address.family == Address::Family::kV4) {
    return std::none_of(std::begin(kReserved4), std::end(kReserved4), is_it);
  }
  return is_it(kGlobal6) && std::none_of(std::begin(kReserved6), std::end(kReserved6), is_it);
}

Result<Allowances> Allowances::Parse(const std::string& text) {
  Allowances all;
  size_t count = 0;
  for (size_t from = 0; from < text.size();) {
    const size_t end = std::min(text.find(',', from), text.size());
    if (++count > kAllowancesMax) {
      return MakeError(Code::kInvalidArgument, "BAD_ALLOWANCE", "names more than 100 targets");
    }
    RETURN_IF_ERROR(all.Add(text.substr(from, end - from)));
    from = end + 1;
  }
  return all;
}

Status Allowances::Add(const std::string& one) {
  const Error bad = MakeError(Code::kInvalidArgument, "BAD_ALLOWANCE",
                              "'" + one + "' is neither host:port nor a network like 10.0.0.0/8");
  if (const size_t slash = one.find('/'); slash != std::string::npos) {
    const auto address = ParseAddress(one.substr(0, slash));
    if (!address) return bad;
    const auto bits =
        NumberIn(one.substr(slash + 1), 0, address->family == Address::Family::kV4 ? 32 : 128);
    if (!bits) return bad;
    networks_.push_back({*address, *bits});
    return Ok();
  }
  const size_t colon = one.rfind(':');
  if (colon == std::string::npos || colon == 0) return bad;
  const auto port = NumberIn(one.substr(colon + 1), 1, kPortMax);
  const std::string name = Lower(one.substr(0, colon));
  const auto address = ParseAddress(name);
  const bool is_bare = name.find_first_of(":[]@ ") == std::string::npos;
  const bool is_bracketed = name.front() == '[' && address;
  if (!port || (!is_bare && !is_bracketed)) return bad;
  hosts_.push_back({name, address, *port});
  return Ok();
}

bool Allowances::HasHost(const std::string& host, int port) const {
  const std::string name = Lower(host);
  return std::any_of(hosts_.begin(), hosts_.end(), [&](const Host& one) {
    return !one.address && one.port == port && one.name == name;
  });
}

bool Allowances::HasAddress(const Address& address, int port) const {
  const bool of_host = std::any_of(hosts_.begin(), hosts_.end(), [&](const Host& one) {
    return one.address == address && one.port == port;
  });
  return of_host || std::any_of(networks_.begin(), networks_.end(), [&](const Network& one) {
           return IsWithin(address, one.address, one.bits);
         });
}

}  // namespace muara::web

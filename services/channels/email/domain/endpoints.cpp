#include "services/channels/email/domain/endpoints.h"

#include <algorithm>

#include "libs/base/text.h"

namespace muara::email {
namespace {

constexpr size_t kEndpointsMax = 1000;

bool IsAddress(std::string_view address) {
  const size_t at_sign = address.find('@');
  if (at_sign == std::string_view::npos || at_sign != address.rfind('@')) return false;
  if (at_sign + 1 == address.size() || address.size() > 254) return false;
  return std::all_of(address.begin(), address.end(), [](unsigned char c) {
    return c > ' ' && c < 0x7F && c != '<' && c != '>' && c != ',' && c != '"';
  });
}

std::string_view DomainOf(std::string_view address) {
  const size_t at_sign = address.rfind('@');
  return at_sign == std::string_view::npos ? std::string_view() : address.substr(at_sign + 1);
}

}  // namespace

Result<Endpoints> Endpoints::Create(std::vector<Endpoint> endpoints) {
  std::vector<Violation> violations;
  if (endpoints.empty()) violations.push_back({"endpoints", "at least one is needed"});
  if (endpoints.size() > kEndpointsMax) violations.push_back({"endpoints", "at most 1000"});
  for (size_t i = 0; i < endpoints.size(); ++i) {
    Endpoint& endpoint = endpoints[i];
    const std::string field = "endpoints[" + std::to_string(i) + "]";
    endpoint.address = LowerAscii(endpoint.address);
    if (endpoint.id.empty()) violations.push_back({field, "the id is missing"});
    if (!IsAddress(endpoint.address)) violations.push_back({field, "not an address or @domain"});
    for (size_t j = 0; j < i; ++j) {
      if (endpoints[j].address == endpoint.address) {
        violations.push_back({field, "the address is used twice"});
      }
    }
  }
  if (!violations.empty()) return InvalidFields(std::move(violations));
  return Endpoints(std::move(endpoints));
}

const Endpoint* Endpoints::FindExact(std::string_view lower_address) const {
  for (const Endpoint& endpoint : endpoints_) {
    if (endpoint.address == lower_address) return &endpoint;
  }
  return nullptr;
}

const Endpoint* Endpoints::Find(std::string_view address) const {
  const std::string lower = LowerAscii(address);
  const size_t at_sign = lower.rfind('@');
  if (at_sign == std::string::npos || at_sign == 0) return nullptr;
  const std::string domain = lower.substr(at_sign);
  std::string local = lower.substr(0, at_sign);
  while (true) {
    if (const Endpoint* endpoint = FindExact(local + domain)) return endpoint;
    const size_t plus = local.rfind('+');
    if (plus == std::string::npos || plus == 0) return FindExact(domain);
    local.resize(plus);
  }
}

const Endpoint* Endpoints::FindById(std::string_view id) const {
  for (const Endpoint& endpoint : endpoints_) {
    if (endpoint.id == id) return &endpoint;
  }
  return nullptr;
}

RecipientKind Endpoints::KindOf(std::string_view address) const {
  if (Find(address) != nullptr) return RecipientKind::kOurs;
  const std::string domain = LowerAscii(DomainOf(address));
  if (domain.empty()) return RecipientKind::kUnknownMailbox;
  const bool ours =
      std::any_of(endpoints_.begin(), endpoints_.end(),
                  [&](const Endpoint& endpoint) { return DomainOf(endpoint.address) == domain; });
  return ours ? RecipientKind::kUnknownMailbox : RecipientKind::kForeignDomain;
}

}  // namespace muara::email

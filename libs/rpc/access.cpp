#include "libs/rpc/access.h"

#include <google/protobuf/descriptor.h>

#include <algorithm>

#include "libs/base/crypto.h"
#include "muara/access/v1/access.pb.h"

namespace muara::rpc {
namespace {

constexpr std::string_view kPrefix = "mp1.";

Error Refused(const char* reason, const char* message) {
  return MakeError(Code::kUnauthenticated, reason, message);
}

const access::v1::Access* AccessOf(const std::string& method) {
  std::string name = method;
  std::replace(name.begin(), name.end(), '/', '.');
  const auto* found = google::protobuf::DescriptorPool::generated_pool()->FindMethodByName(name);
  if (found == nullptr) return nullptr;
  return &found->options().GetExtension(access::v1::access);
}

}  // namespace

bool Principal::Has(Role role) const {
  return std::find(roles.begin(), roles.end(), role) != roles.end();
}

std::optional<std::string> Principal::agent_id() const {
  constexpr std::string_view kAgents = "agents/";
  if (!subject.starts_with(kAgents)) return std::nullopt;
  return subject.substr(kAgents.size());
}

std::optional<Role> RoleFromName(const std::string& name) {
  for (int i = 1; i <= 8; ++i) {
    if (RoleName(static_cast<Role>(i)) == name) return static_cast<Role>(i);
  }
  return std::nullopt;
}

std::string RoleName(Role role) {
  std::string name = access::v1::Role_Name(static_cast<access::v1::Role>(role)).substr(5);
  std::transform(name.begin(), name.end(), name.begin(), ::tolower);
  return name;
}

TokenKeys::TokenKeys(std::vector<std::string> keys) : keys_(std::move(keys)) {
  CHECK(!keys_.empty());
}

std::string TokenKeys::Sign(const Principal& principal, Time now, Duration life) const {
  access::v1::Principal message;
  message.set_subject(principal.subject);
  for (const Role role : principal.roles) message.add_roles(static_cast<access::v1::Role>(role));
  message.set_expires_us(ToMicros(now + life));
  const std::string body = message.SerializeAsString();
  return std::string(kPrefix) + ToBase64Url(body) + "." +
         ToBase64Url(HmacSha256(keys_.front(), body));
}

Result<Principal> TokenKeys::Verify(const std::string& token, Time now) const {
  const size_t dot = token.rfind('.');
  if (!token.starts_with(kPrefix) || dot < kPrefix.size()) {
    return Refused("BAD_TOKEN", "the token is not one of ours");
  }
  const auto body = FromBase64Url(token.substr(kPrefix.size(), dot - kPrefix.size()));
  const auto signature = FromBase64Url(token.substr(dot + 1));
  const bool genuine =
      body && signature && std::any_of(keys_.begin(), keys_.end(), [&](const std::string& key) {
        return EqualInConstantTime(HmacSha256(key, *body), *signature);
      });
  access::v1::Principal message;
  if (!genuine || !message.ParseFromString(*body)) {
    return Refused("BAD_TOKEN", "the token is not one of ours");
  }
  if (FromMicros(message.expires_us()) <= now) {
    return Refused("EXPIRED_TOKEN", "the token has expired");
  }
  Principal principal{message.subject(), {}};
  for (const int role : message.roles()) principal.roles.push_back(static_cast<Role>(role));
  return principal;
}

bool IsAllowed(const std::string& method, const std::vector<Role>& roles) {
  const access::v1::Access* access = AccessOf(method);
  if (access == nullptr) return false;
  return std::any_of(access->allow().begin(), access->allow().end(), [&](int allowed) {
    return allowed == access::v1::ROLE_PUBLIC ||
           std::find(roles.begin(), roles.end(), static_cast<Role>(allowed)) != roles.end();
  });
}

bool IsPublic(const std::string& method) { return IsAllowed(method, {}); }

bool IsAudited(const std::string& method) {
  const access::v1::Access* access = AccessOf(method);
  return access != nullptr && access->audited();
}

int SecondsMaxOf(const std::string& method) {
  const access::v1::Access* access = AccessOf(method);
  return access == nullptr ? 0 : access->seconds_max();
}

}  // namespace muara::rpc

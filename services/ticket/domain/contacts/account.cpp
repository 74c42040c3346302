#include "services/ticket/domain/contacts/account.h"

#include <algorithm>
#include <cstdint>
#include <set>

#include "libs/base/slug.h"
#include "services/ticket/domain/ticket.h"

namespace muara::ticket {
namespace {

constexpr size_t kLabelOfDomainBytesMax = 63;

std::vector<std::string> LabelsOf(const std::string& domain) {
  std::vector<std::string> labels;
  size_t begin = 0;
  for (size_t end = 0; begin <= domain.size(); begin = end + 1) {
    end = std::min(domain.find('.', begin), domain.size());
    labels.push_back(domain.substr(begin, end - begin));
  }
  return labels;
}

bool IsLetterOrDigit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

// Decodes Punycode (RFC 3492, 6.2) as far as it takes to know that it can be: no overflow, no
// character beyond Unicode, none that plain letters would have said.
bool IsPunycode(const std::string& text) {
  constexpr uint32_t kBase = 36, kTMin = 1, kTMax = 26, kSkew = 38, kDamp = 700;
  const size_t dash = text.rfind('-');
  uint32_t length = dash == std::string::npos ? 0 : static_cast<uint32_t>(dash);
  size_t at = dash == std::string::npos ? 0 : dash + 1;
  if (at >= text.size()) return false;
  uint64_t n = 128, i = 0;
  uint32_t bias = 72;
  for (bool first = true; at < text.size(); first = false) {
    const uint64_t before = i;
    uint64_t weight = 1;
    for (uint32_t k = kBase;; k += kBase) {
      if (at >= text.size()) return false;
      const char c = text[at++];
      if (!IsLetterOrDigit(c)) return false;
      const uint32_t digit = c <= '9' ? c - '0' + 26 : c - 'a';
      i += digit * weight;
      if (i > UINT32_MAX) return false;
      const uint32_t t = k <= bias ? kTMin : std::clamp(k - bias, kTMin, kTMax);
      if (digit < t) break;
      weight *= kBase - t;
      if (weight > UINT32_MAX) return false;
    }
    ++length;
    uint64_t delta = first ? (i - before) / kDamp : (i - before) / 2;
    delta += delta / length;
    uint32_t k = 0;
    for (; delta > ((kBase - kTMin) * kTMax) / 2; k += kBase) delta /= kBase - kTMin;
    bias = k + static_cast<uint32_t>((kBase - kTMin + 1) * delta / (delta + kSkew));
    n += i / length;
    i = i % length + 1;
    if (n > 0x10ffff || (n >= 0xd800 && n < 0xe000)) return false;
  }
  return true;
}

std::string ProblemOfLabel(const std::string& label) {
  if (label.empty() || label.size() > kLabelOfDomainBytesMax) return "has a part of 0 or over 63";
  const bool plain = std::all_of(label.begin(), label.end(),
                                 [](char c) { return IsLetterOrDigit(c) || c == '-'; });
  if (!plain) return "is not of a-z 0-9 '-' and '.': write others in Punycode (xn--...)";
  if (label.front() == '-' || label.back() == '-') return "has a part that begins or ends with '-'";
  if (label.size() < 4 || label.substr(2, 2) != "--") return "";
  if (label.starts_with("xn--") && IsPunycode(label.substr(4))) return "";
  return "has a part that is no Punycode";
}

// "co.id", "com.au": domains of a country under which anyone registers.
bool IsRegistry(const std::vector<std::string>& labels) {
  static constexpr const char* kSecond[] = {"ac",  "biz", "co",  "com", "desa", "edu", "gen",
                                            "go",  "gob", "gov", "ltd", "mil",  "my",  "ne",
                                            "net", "nom", "or",  "org", "plc",  "sch", "web"};
  return labels.size() == 2 && labels[1].size() == 2 &&
         std::find(std::begin(kSecond), std::end(kSecond), labels[0]) != std::end(kSecond);
}

}  // namespace

std::string NormalDomain(const std::string& domain) {
  return NormalPoint(PointKind::kEmail, domain);
}

std::string ProblemOfDomain(const std::string& domain) {
  if (domain.empty() || domain.size() > kDomainBytesMax) return "is not 1 to 253 bytes";
  const auto labels = LabelsOf(domain);
  for (const std::string& label : labels) {
    if (const std::string problem = ProblemOfLabel(label); !problem.empty()) return problem;
  }
  const std::string& top = labels.back();
  const bool number = std::all_of(top.begin(), top.end(), [](char c) { return c <= '9'; });
  if (labels.size() < 2 || number) return "is no domain like example.com";
  if (IsFreeMail(domain)) return "is where anyone may have an address: it cannot be an account's";
  if (IsRegistry(labels)) return "is where anyone may register: it cannot be an account's";
  return "";
}

std::vector<Violation> ProblemsOf(const Account& account) {
  std::vector<Violation> problems;
  if (account.name.empty() || account.name.size() > kNameBytesMax) {
    problems.push_back({"name", "is not 1 to 256 bytes"});
  }
  if (account.domains.size() > kDomainsMax) problems.push_back({"domains", "are over 100"});
  std::set<std::string> seen;
  for (const std::string& domain : account.domains) {
    std::string problem = ProblemOfDomain(domain);
    if (!seen.insert(domain).second) problem = "is there twice";
    if (!problem.empty()) problems.push_back({"domains", "'" + domain + "' " + problem});
  }
  const std::string& policy = account.contract_sla_policy_id;
  if (!policy.empty() && !IsSlug(policy)) {
    problems.push_back({"contract_sla_policy_id", "is not 1 to 64 of a-z 0-9 and '-'"});
  }
  CheckTags(problems, "tags", account.tags);
  if (account.fields.size() > kFieldsMax) problems.push_back({"fields", "are over 200"});
  if (account.notes.size() > kAccountNotesBytesMax) {
    problems.push_back({"notes", "are longer than 10000 bytes"});
  }
  return problems;
}

std::vector<std::string> DomainsThatClaim(const ContactPoint& point) {
  std::vector<std::string> domains;
  const size_t at = point.value.rfind('@');
  if (point.kind != PointKind::kEmail || point.assurance < Assurance::kChannelVerified ||
      at == std::string::npos) {
    return domains;
  }
  std::string domain = NormalDomain(point.value.substr(at + 1));
  for (size_t dot = 0; dot != std::string::npos; domain.erase(0, dot + 1)) {
    dot = domain.find('.');
    if (dot != std::string::npos && domain.size() <= kDomainBytesMax) domains.push_back(domain);
    if (domains.size() == 20 || dot == std::string::npos) break;
  }
  return domains;
}

}  // namespace muara::ticket

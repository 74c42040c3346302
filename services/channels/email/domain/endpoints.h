// Our mailboxes: which addresses we take mail for and which endpoint each belongs to. A plus part
// (support+anything@) belongs to the address before it. Immutable, hence thread-safe.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "libs/base/result.h"

namespace muara::email {

struct Endpoint {
  std::string id;       // as the core knows it
  std::string address;  // support@example.com, or @example.com for a whole domain
  std::string name;     // brand, for the From of replies
};

enum class RecipientKind { kOurs, kUnknownMailbox, kForeignDomain };

class Endpoints {
 public:
  // kInvalidArgument that names every endpoint that is malformed or doubled, or says there is none.
  static Result<Endpoints> Create(std::vector<Endpoint> endpoints);

  RecipientKind KindOf(std::string_view address) const;
  const Endpoint* Find(std::string_view address) const;  // nullptr: not ours
  const Endpoint* FindById(std::string_view id) const;
  const std::vector<Endpoint>& all() const { return endpoints_; }

 private:
  explicit Endpoints(std::vector<Endpoint> endpoints) : endpoints_(std::move(endpoints)) {}
  const Endpoint* FindExact(std::string_view lower_address) const;

  std::vector<Endpoint> endpoints_;  // addresses in lower case
};

}  // namespace muara::email

// What the requests about contacts and accounts have in common.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "muara/ticket/v1/contacts.pb.h"
#include "services/ticket/app/contacts/contacts.h"
#include "services/ticket/rpc/requests.h"
#include "services/ticket/wire/settings.h"

namespace muara::ticket {

template <class List>
std::vector<std::string> OnceEach(const List& items) {
  const std::set<std::string> once(items.begin(), items.end());
  return {once.begin(), once.end()};
}

// A value without one is to be removed.
template <class List>
void TakeFields(const List& values, std::vector<FieldValue>& set,
                std::vector<std::string>& remove) {
  for (const auto& one : values) {
    const auto value = wire::FromProto(one);
    if (value) {
      set.push_back(*value);
    } else {
      remove.push_back(one.key());
    }
  }
}

template <class Request>
Result<ContactChange> ContactChangeOf(const rpc::Call& call, const Request& request) {
  ASSIGN_OR_RETURN(OperationKey key, rpc::KeyOf(request));
  if (request.expected_version() < 0) {
    return InvalidFields({{"expected_version", "is negative"}});
  }
  RETURN_IF_ERROR(CheckText("reason", request.reason(), 0, kReasonBytesMax));
  return ContactChange{ContactId{request.id()}, std::move(key), request.expected_version(),
                       call.principal.subject, request.reason()};
}

}  // namespace muara::ticket

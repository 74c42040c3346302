// What every changing and every listing request has in common: its operation key, and its page.
#pragma once

#include <google/protobuf/message.h>

#include <string>
#include <vector>

#include "libs/base/operation_key.h"
#include "libs/base/result.h"

namespace muara::rpc {

// From the request's own `request_id` (1 to 128 bytes, required) and a fingerprint of the rest.
Result<OperationKey> KeyOf(const google::protobuf::Message& request);

constexpr int kPageSizeDefault = 50;
constexpr int kPageSizeMax = 200;

struct Page {
  int size = kPageSizeDefault;
  std::vector<std::string> after = {};  // the key of the last row seen; empty: the first page
};

// Reads `page_size`, where it has one, and `page_token` of a List request. The token is opaque and
// bound to all other fields of the request: BAD_PAGE_TOKEN where they differ.
Result<Page> PageOf(const google::protobuf::Message& request);
std::string NextPageToken(const google::protobuf::Message& request,
                          const std::vector<std::string>& last_key);

}  // namespace muara::rpc

// Every public method and the path it answers to, read from the google.api.http options of the
// protos linked into this program. Nothing here is written per method.
#pragma once

#include <google/protobuf/descriptor.h>

#include <string>
#include <vector>

#include "libs/base/result.h"
#include "services/gateway/domain/path_template.h"

namespace muara::gateway {

struct Binding {
  const google::protobuf::MethodDescriptor* method = nullptr;
  std::string name;  // "muara.ticket.v1.Tickets/GetTicket"
  std::string verb;  // GET, PUT, POST, DELETE, PATCH
  PathTemplate path;
  std::string body;      // "": none, "*": the whole request, else the field that it is
  std::string response;  // "": the whole answer as JSON, else the bytes field that it is

  // Is the body a file, not JSON: a field of bytes?
  bool TakesFile() const;
};

// All services of the muara packages, by full name; also those without any path.
std::vector<const google::protobuf::ServiceDescriptor*> AllServices();
std::string MethodName(const google::protobuf::MethodDescriptor& method);

class RouteTable {
 public:
  // An error where an option cannot be read, or two methods claim one path.
  static Result<RouteTable> Make();

  struct Found {
    const Binding* binding = nullptr;
    Captures captures;
    std::string allow;  // where binding is null: the verbs of that path; empty: no such path
  };
  Found Find(std::string_view verb, std::string_view path) const;
  const std::vector<Binding>& bindings() const { return bindings_; }

 private:
  std::vector<Binding> bindings_;  // most literal first
};

}  // namespace muara::gateway

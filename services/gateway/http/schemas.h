// JSON schemas of messages as the protos map them to JSON; collects each message once.
#pragma once

#include <google/protobuf/descriptor.h>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "services/gateway/http/comments.h"

namespace muara::gateway {

class Schemas {
 public:
  // The comments outlive it.
  explicit Schemas(const Comments& comments) : comments_(comments) {}

  // A reference to the message's schema, or the schema itself for what JSON writes as text.
  boost::json::value OfMessage(const google::protobuf::Descriptor& message);
  boost::json::value OfField(const google::protobuf::FieldDescriptor& field);
  // All that were referred to, by name.
  boost::json::object Take() { return std::move(schemas_); }

 private:
  boost::json::value OfSingle(const google::protobuf::FieldDescriptor& field);

  const Comments& comments_;
  boost::json::object schemas_;
};

// Timestamps, durations and masks.
bool IsWrittenAsText(const google::protobuf::Descriptor& message);

}  // namespace muara::gateway

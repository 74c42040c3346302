// Takes people's words out of messages by reflection: ids, numbers, enums and times stay.
// Stateless.
#pragma once

#include <google/protobuf/message.h>

#include <functional>
#include <memory>
#include <set>
#include <string>

namespace muara::bus {

// Full names of fields: "muara.ticket.v1.Ticket.subject".
using WordFields = std::set<std::string>;

// The message of these bytes; none: this build does not know the type, or they are none.
std::unique_ptr<google::protobuf::Message> ReadMessage(const std::string& type,
                                                       const std::string& data);

// Clears these fields of the message and of all that are in it, and whatever a newer build put
// there; messages that are to be spared stay whole.
void EmptyWords(google::protobuf::Message& message, const WordFields& words,
                const std::function<bool(const google::protobuf::Message&)>& spare = {});

// The bytes of such a message without these fields; nothing is left of one that cannot be read.
std::string WithoutWords(const std::string& type, const std::string& data, const WordFields& words);

}  // namespace muara::bus

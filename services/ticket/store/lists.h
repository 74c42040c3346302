// Short lists in one text column: items by line, fields by tab, with those two escaped.
#pragma once

#include <string>
#include <vector>

#include "services/ticket/domain/interaction.h"

namespace muara::ticket::store {

std::string JoinLines(const std::vector<std::string>& items);
std::vector<std::string> SplitLines(const std::string& text);
std::string JoinPoints(const std::vector<ContactPoint>& points);
std::vector<ContactPoint> SplitPoints(const std::string& text);
std::string JoinAttachments(const std::vector<Attachment>& attachments);
std::vector<Attachment> SplitAttachments(const std::string& text);
std::string JoinFields(const std::vector<FieldValue>& fields);
std::vector<FieldValue> SplitFields(const std::string& text);

}  // namespace muara::ticket::store

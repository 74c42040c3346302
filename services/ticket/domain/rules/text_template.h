// Texts with blanks to fill in: {{contact.name}}, or {{contact.name|there}} with what stands there
// where it is not known. What is filled in is plain text and never looked at again. Pure.
#pragma once

#include <string>
#include <vector>

#include "services/ticket/domain/settings/custom_field.h"
#include "services/ticket/domain/ticket.h"

namespace muara::ticket {

// What is wrong with a text, each named; empty: nothing.
std::vector<std::string> ProblemsOfTemplate(const std::string& text,
                                            const std::vector<CustomField>& declared);

// TEXT_TOO_LONG, TEXT_EMPTY where nothing sensible is left.
Result<std::string> Fill(const std::string& text, const Ticket& ticket,
                         const std::string& agent_name);

}  // namespace muara::ticket

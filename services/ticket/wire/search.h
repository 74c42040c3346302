// Filters, views and what was found as messages, and back.
#pragma once

#include "muara/ticket/v1/search.pb.h"
#include "services/ticket/domain/search/filter.h"
#include "services/ticket/domain/search/search_query.h"
#include "services/ticket/domain/search/view.h"

namespace muara::ticket::wire {

// Names every field that is wrong, as "filter.<field>". `me` is whom "me" means.
Result<Filter> FromProto(const v1::TicketFilter& filter, const std::string& me);
v1::View ToProto(const View& view);
void AddFragments(const Excerpt& excerpt, google::protobuf::RepeatedPtrField<v1::Fragment>* to);

}  // namespace muara::ticket::wire

#include "services/routing/wire/words.h"

#include "libs/bus/words.h"
#include "muara/routing/v1/facts.pb.h"

namespace muara::routing::wire {

static_assert(v1::WorkItem::kSubjectFieldNumber > 0 && v1::Offer::kSubjectFieldNumber > 0);

std::optional<std::string> WithoutWords(const std::string& type, const std::string& data) {
  static const bus::WordFields words = {"muara.routing.v1.WorkItem.subject",
                                        "muara.routing.v1.Offer.subject"};
  return bus::WithoutWords(type, data, words);
}

}  // namespace muara::routing::wire

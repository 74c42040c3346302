// Who may see and change what people keep for themselves and for all.
#pragma once

#include <string>

#include "libs/base/result.h"

namespace muara::ticket {

enum class Standing { kAgent, kLead };  // a lead changes what others share, too

struct Keeper {
  std::string subject;  // "agents/<id>"
  Standing standing = Standing::kAgent;
};

// `missing` where it is another's and not shared.
template <class Thing>
Result<Thing> SeenBy(const Keeper& keeper, Result<Thing> thing, const Error& missing) {
  if (!thing.ok() || thing->shared || thing->owner == keeper.subject) return thing;
  return missing;
}

template <class Thing>
muara::Status CheckMayChange(const Keeper& keeper, const Thing& thing) {
  if (thing.owner == keeper.subject || keeper.standing == Standing::kLead) return Ok();
  return MakeError(Code::kPermissionDenied, "NOT_YOURS",
                   "only its owner and supervisors may change what is shared");
}

}  // namespace muara::ticket

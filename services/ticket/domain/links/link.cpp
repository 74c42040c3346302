#include "services/ticket/domain/links/link.h"

namespace muara::ticket {

const char* LinkKindName(LinkKind kind) {
  switch (kind) {
    case LinkKind::kRelated:
      return "RELATED";
    case LinkKind::kParent:
      return "PARENT";
    case LinkKind::kProblem:
      return "PROBLEM";
    case LinkKind::kDuplicateOf:
      return "DUPLICATE_OF";
    case LinkKind::kFollowUpOf:
      return "FOLLOW_UP_OF";
  }
  return "";
}

Link Link::Normal() const {
  return kind == LinkKind::kRelated && to < from ? Link{to, kind, from} : *this;
}

muara::Status Link::Check() const {
  if (from != to) return Ok();
  return MakeError(Code::kFailedPrecondition, "LINK_TO_SELF",
                   "a ticket cannot be linked with itself");
}

bool IsHierarchy(LinkKind kind) { return kind == LinkKind::kParent || kind == LinkKind::kProblem; }

}  // namespace muara::ticket

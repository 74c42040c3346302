#include "services/ticket/app/search/views.h"

#include "libs/base/id.h"
#include "libs/bus/claim.h"
#include "services/ticket/store/search/views.h"

namespace muara::ticket {
namespace {

constexpr int kViewsShownMax = 200;

Result<View> Seen(Result<View> view, const std::string& caller) {
  if (!view.ok() || view->shared || view->owner == caller) return view;
  return MakeError(Code::kNotFound, "VIEW_NOT_FOUND", "there is no such view");
}

muara::Status CheckRights(const View& view, const std::string& caller, ViewRights rights) {
  if (view.owner == caller || rights == ViewRights::kShared) return Ok();
  return MakeError(Code::kPermissionDenied, "NOT_YOUR_VIEW",
                   "only its owner and supervisors may change a shared view");
}

}  // namespace

Result<std::vector<View>> Views::List(const std::string& caller) {
  return database_.Read([&](sql::Tx& tx) { return store::ListViews(tx, caller, kViewsShownMax); });
}

Result<View> Views::Get(const std::string& id, const std::string& caller) {
  return database_.Read([&](sql::Tx& tx) { return Seen(store::LoadView(tx, id), caller); });
}

Result<View> Views::Create(const OperationKey& key, View view) {
  return database_.Transact([&](sql::Tx& tx) -> Result<View> {
    ASSIGN_OR_RETURN(const bool first, bus::Claim(tx, key, clock_.Now()));
    view.id = NamedUuid(key.key);
    if (!first) return store::LoadView(tx, view.id);
    ASSIGN_OR_RETURN(const int owned, store::CountViewsOf(tx, view.owner));
    if (owned >= kViewsOfOneMax) {
      return MakeError(Code::kResourceExhausted, "TOO_MANY_VIEWS",
                       "one person keeps at most " + std::to_string(kViewsOfOneMax) + " views");
    }
    RETURN_IF_ERROR(store::InsertView(tx, view));
    return view;
  });
}

Result<View> Views::Update(const Edit& edit, const View& view, ViewRights rights) {
  return database_.Transact([&](sql::Tx& tx) -> Result<View> {
    ASSIGN_OR_RETURN(const bool first, bus::Claim(tx, edit.key, clock_.Now()));
    ASSIGN_OR_RETURN(View kept, Seen(store::LoadViewForChange(tx, view.id), edit.actor));
    if (!first) return kept;
    RETURN_IF_ERROR(CheckRights(kept, edit.actor, rights));
    RETURN_IF_ERROR(CheckVersion(kept.version, edit.expected_version));
    kept.name = view.name;
    kept.filter = view.filter;
    kept.shared = view.shared;
    RETURN_IF_ERROR(store::SaveView(tx, kept));
    return kept;
  });
}

muara::Status Views::Delete(const Edit& edit, const std::string& id, ViewRights rights) {
  return database_.Transact([&](sql::Tx& tx) -> muara::Status {
    ASSIGN_OR_RETURN(const bool first, bus::Claim(tx, edit.key, clock_.Now()));
    if (!first) return Ok();
    ASSIGN_OR_RETURN(const View view, Seen(store::LoadViewForChange(tx, id), edit.actor));
    RETURN_IF_ERROR(CheckRights(view, edit.actor, rights));
    RETURN_IF_ERROR(CheckVersion(view.version, edit.expected_version));
    return store::DeleteView(tx, id);
  });
}

}  // namespace muara::ticket

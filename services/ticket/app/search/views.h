// Saved views: everyone keeps their own, and sees those that are shared. Thread-safe.
#pragma once

#include <string>
#include <vector>

#include "libs/base/operation_key.h"
#include "libs/base/time.h"
#include "libs/sql/database.h"
#include "services/ticket/app/settings/queue_policies.h"
#include "services/ticket/domain/search/view.h"

namespace muara::ticket {

enum class ViewRights { kOwn, kShared };  // may change one's own, or shared ones too

class Views {
 public:
  Views(sql::Database& database, const Clock& clock) : database_(database), clock_(clock) {}

  Result<std::vector<View>> List(const std::string& caller);
  // VIEW_NOT_FOUND where it is another's and not shared.
  Result<View> Get(const std::string& id, const std::string& caller);
  // TOO_MANY_VIEWS; a second try with the same key answers with the first one's view.
  Result<View> Create(const OperationKey& key, View view);
  // `view` says id, name, filter and whether it is shared. STALE_VERSION, NOT_YOUR_VIEW.
  Result<View> Update(const Edit& edit, const View& view, ViewRights rights);
  // STALE_VERSION, NOT_YOUR_VIEW; done twice is done once.
  muara::Status Delete(const Edit& edit, const std::string& id, ViewRights rights);

 private:
  sql::Database& database_;
  const Clock& clock_;
};

}  // namespace muara::ticket

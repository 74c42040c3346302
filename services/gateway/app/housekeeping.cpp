#include "services/gateway/app/housekeeping.h"

#include "libs/log/log.h"

namespace muara::gateway {
namespace {
constexpr std::chrono::minutes kEvery(10);
}  // namespace

void Housekeeping::Start() {
  thread_ = std::thread([this] {
    while (!stopping_) {
      if (const Status dropped = logins_.DropOld(); !dropped.ok()) {
        log::Failed("housekeeping failed", dropped.error());
      }
      wake_.WaitFor(kEvery);
    }
  });
}

void Housekeeping::Stop() {
  stopping_ = true;
  wake_.Notify();
  if (thread_.joinable()) thread_.join();
}

}  // namespace muara::gateway

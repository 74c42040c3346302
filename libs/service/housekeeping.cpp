#include "libs/service/housekeeping.h"

#include "libs/log/log.h"

namespace muara::service {

void Housekeeping::Start() {
  thread_ = std::thread([this] { RunUntilStopped(); });
}

void Housekeeping::Stop() {
  stopping_ = true;
  wake_.Notify();
  if (thread_.joinable()) thread_.join();
}

void Housekeeping::RunUntilStopped() {
  while (!stopping_) {
    const auto more = work_();
    if (!more.ok()) log::Failed(name_, more.error());
    if (!more.ok() || !*more) wake_.WaitFor(every_);
  }
}

}  // namespace muara::service

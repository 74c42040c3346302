// One at a time for each name, and so many at once in all. Thread safe.
#pragma once

#include <condition_variable>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>

namespace muara::chat {

class Turns {
 public:
  explicit Turns(int at_once_max) : at_once_max_(at_once_max) {}

  class Turn {
   public:
    Turn(Turns& owner, std::string name) : owner_(&owner), name_(std::move(name)) {}
    Turn(Turn&& other) noexcept
        : owner_(std::exchange(other.owner_, nullptr)), name_(std::move(other.name_)) {}
    Turn& operator=(Turn&&) = delete;
    ~Turn() {
      if (owner_ != nullptr) owner_->Leave(name_);
    }

   private:
    Turns* owner_;
    std::string name_;
  };

  // Waits for the name; nothing where too many are under way or waiting.
  std::optional<Turn> Enter(const std::string& name) {
    std::unique_lock lock(mutex_);
    if (at_once_ >= at_once_max_) return std::nullopt;
    ++at_once_;
    changed_.wait(lock, [&] { return !names_.contains(name); });
    names_.insert(name);
    return std::optional<Turn>(std::in_place, *this, name);
  }

 private:
  void Leave(const std::string& name) {
    {
      const std::lock_guard lock(mutex_);
      names_.erase(name);
      --at_once_;
    }
    changed_.notify_all();
  }

  const int at_once_max_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::set<std::string> names_;
  int at_once_ = 0;
};

}  // namespace muara::chat

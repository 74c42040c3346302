// Names of what is under way in this process, so that one thing is done once at a time.
// Thread-safe.
#pragma once

#include <mutex>
#include <optional>
#include <set>
#include <string>

namespace muara::email {

class InFlight {
 public:
  class Hold {
   public:
    Hold(InFlight& owner, std::string name) : owner_(&owner), name_(std::move(name)) {}
    Hold(Hold&& other) noexcept
        : owner_(std::exchange(other.owner_, nullptr)), name_(std::move(other.name_)) {}
    Hold& operator=(Hold&&) = delete;
    ~Hold() {
      if (owner_ != nullptr) owner_->Leave(name_);
    }

   private:
    InFlight* owner_;
    std::string name_;
  };

  // Nothing: it is under way already.
  std::optional<Hold> TryEnter(const std::string& name) {
    const std::lock_guard lock(mutex_);
    if (!names_.insert(name).second) return std::nullopt;
    return std::optional<Hold>(std::in_place, *this, name);
  }

 private:
  void Leave(const std::string& name) {
    const std::lock_guard lock(mutex_);
    names_.erase(name);
  }

  std::mutex mutex_;
  std::set<std::string> names_;
};

}  // namespace muara::email

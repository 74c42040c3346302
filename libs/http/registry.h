// The open connections of one server, so that it can drain them, cut them and know when all have
// gone. Thread safe.
#pragma once

#include <chrono>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

namespace muara::http {

// Both are called on the I/O thread.
class Connection {
 public:
  virtual ~Connection() = default;
  virtual void Drain() = 0;  // end as soon as what is in flight has been answered
  virtual void Abort() = 0;  // end now
};

class Registry {
 public:
  void Add(const std::shared_ptr<Connection>& connection);
  void Remove(const Connection* connection);
  size_t size() const;
  std::vector<std::shared_ptr<Connection>> All() const;
  bool WaitUntilEmpty(std::chrono::milliseconds limit);

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::map<const Connection*, std::weak_ptr<Connection>> connections_;
};

}  // namespace muara::http

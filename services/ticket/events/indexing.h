// Lets the full-text index follow the tickets. One thread.
#pragma once

#include <atomic>
#include <thread>

#include "services/ticket/app/search/search_index.h"

namespace muara::ticket::events {

class Indexing {
 public:
  explicit Indexing(SearchIndex& index) : index_(index) {}
  ~Indexing() { Stop(); }
  muara::Status Start();
  void Stop();

 private:
  void RunUntilStopped();

  SearchIndex& index_;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace muara::ticket::events

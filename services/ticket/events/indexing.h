// Lets the full-text index follow the tickets. One thread.
#pragma once

#include "services/ticket/app/search/search_index.h"
#include "services/ticket/events/worker.h"

namespace muara::ticket::events {

class Indexing {
 public:
  explicit Indexing(SearchIndex& index) : index_(index) {}
  muara::Status Start() { return worker_.Start(); }
  void Stop() { worker_.Stop(); }

 private:
  void Turn();

  SearchIndex& index_;
  bus::Wake pause_;
  Worker worker_{[this] { Turn(); }, [this] { index_.wake().Notify(); }};
};

}  // namespace muara::ticket::events

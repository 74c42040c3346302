// W3C trace context (traceparent): one trace follows a message from its connector to its delivery.
// The current context belongs to the thread; every edge (call, fact, delivery) opens a Scope.
#pragma once

#include <string>
#include <string_view>

namespace muara::trace {

struct Context {
  std::string trace_id;  // 32 hex digits; empty: none
  std::string span_id;   // 16 hex digits
};

const Context& Current();
Context NewTrace();
// The same trace with a new span; a new trace where the text is not a valid traceparent.
Context FromTraceparent(std::string_view text);
std::string ToTraceparent(const Context& context);
// The traceparent to hand on: of the current context, or of a new trace.
std::string CurrentTraceparent();

// Makes a context the thread's own until the scope ends.
class Scope {
 public:
  explicit Scope(Context context);
  ~Scope();
  Scope(const Scope&) = delete;
  Scope& operator=(const Scope&) = delete;

 private:
  Context previous_;
};

}  // namespace muara::trace

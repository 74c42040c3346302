#include "libs/log/trace.h"

#include <algorithm>
#include <utility>

#include "libs/base/crypto.h"

namespace muara::trace {
namespace {

Context& Slot() {
  thread_local Context context;
  return context;
}

bool IsLowerHex(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool IsZero(std::string_view text) { return text.find_first_not_of('0') == std::string_view::npos; }

}  // namespace

const Context& Current() { return Slot(); }

Context NewTrace() { return {ToHex(RandomBytes(16)), ToHex(RandomBytes(8))}; }

Context FromTraceparent(std::string_view text) {
  // 00-<32 hex>-<16 hex>-<2 hex>
  if (text.size() < 55 || text[2] != '-' || text[35] != '-' || text[52] != '-') return NewTrace();
  const std::string_view trace_id = text.substr(3, 32);
  const std::string_view parent_id = text.substr(36, 16);
  if (!IsLowerHex(trace_id) || IsZero(trace_id)) return NewTrace();
  if (!IsLowerHex(parent_id) || IsZero(parent_id)) return NewTrace();
  return {std::string(trace_id), ToHex(RandomBytes(8))};
}

std::string ToTraceparent(const Context& context) {
  if (context.trace_id.empty()) return "";
  return "00-" + context.trace_id + "-" + context.span_id + "-01";
}

std::string CurrentTraceparent() {
  return ToTraceparent(Slot().trace_id.empty() ? NewTrace() : Slot());
}

Scope::Scope(Context context) : previous_(std::exchange(Slot(), std::move(context))) {}

Scope::~Scope() { Slot() = std::move(previous_); }

}  // namespace muara::trace

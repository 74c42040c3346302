// The content of a DATA command: undoes dot-stuffing and finds its end, which is CR LF . CR LF and
// nothing else, so that no mail can smuggle a second one past us. A bare LF is stored as CR LF and
// never begins a line of the protocol. Keeps at most the given sizes and goes on reading past them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace muara::email {

struct DataLimits {
  size_t message_max_bytes = 50 * 1024 * 1024;
  size_t line_max_bytes = 256 * 1024;
};

class DataReader {
 public:
  explicit DataReader(const DataLimits& limits) : limits_(limits) {}

  // Takes bytes up to the end of the content; gives how many were taken.
  size_t Take(std::string_view bytes);

  bool finished() const { return state_ == State::kFinished; }
  bool too_large() const { return too_large_; }
  bool line_too_long() const { return line_too_long_; }
  size_t seen_bytes() const { return seen_bytes_; }
  size_t kept_bytes() const { return content_.size(); }
  std::string TakeContent() { return std::move(content_); }
  // Lets go of what was kept; the rest is read to its end and thrown away.
  void Discard();

 private:
  enum class State { kLineStart, kDot, kDotCr, kText, kCr, kFinished };

  void Step(char c);
  void AfterCr(char c);
  void StepText(char c);
  void Keep(char c);

  DataLimits limits_;
  std::string content_;
  State state_ = State::kLineStart;
  size_t seen_bytes_ = 0;
  size_t line_bytes_ = 0;
  bool too_large_ = false;
  bool line_too_long_ = false;
  bool discarding_ = false;
};

}  // namespace muara::email

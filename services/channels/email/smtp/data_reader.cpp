#include "services/channels/email/smtp/data_reader.h"

namespace muara::email {

size_t DataReader::Take(std::string_view bytes) {
  size_t taken = 0;
  while (taken < bytes.size() && state_ != State::kFinished) Step(bytes[taken++]);
  seen_bytes_ += taken;
  return taken;
}

void DataReader::Discard() {
  discarding_ = true;
  content_.clear();
  content_.shrink_to_fit();
}

void DataReader::Step(char c) {
  switch (state_) {
    case State::kLineStart:
      if (c != '.') return StepText(c);
      state_ = State::kDot;
      return;
    case State::kDot:  // the stuffed dot is dropped
      if (c != '\r') return StepText(c);
      state_ = State::kDotCr;
      return;
    case State::kDotCr:
      if (c != '\n') return AfterCr(c);
      state_ = State::kFinished;
      return;
    case State::kText:
      return StepText(c);
    case State::kCr:
      return AfterCr(c);
    case State::kFinished:
      return;
  }
}

void DataReader::StepText(char c) {
  if (c == '\r') {
    state_ = State::kCr;
    return;
  }
  if (c == '\n') Keep('\r');
  Keep(c);
  state_ = State::kText;  // after a bare LF too: a dot there is text
}

void DataReader::AfterCr(char c) {
  Keep('\r');
  if (c == '\n') {
    Keep('\n');
    state_ = State::kLineStart;
  } else {
    StepText(c);  // a bare CR is text
  }
}

void DataReader::Keep(char c) {
  line_bytes_ = c == '\n' ? 0 : line_bytes_ + 1;
  if (line_bytes_ > limits_.line_max_bytes) line_too_long_ = true;
  if (content_.size() >= limits_.message_max_bytes) too_large_ = true;
  if ((too_large_ || line_too_long_) && !discarding_) Discard();
  if (!discarding_) content_ += c;
}

}  // namespace muara::email

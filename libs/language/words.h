// A text as the words that a search compares: without case and accents, and with their stems in
// English and Indonesian, so that "printers" finds "printer" and "membayar" finds "dibayar"
// whatever language a text is in. The stems are those of Snowball, which knows no dictionary: a few
// Indonesian words have another stem than their root. The same on every store. One thread each.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace muara {

// Is the word there with no other letter or digit right before or behind it? Both are folded
// (folding.h). Each Chinese or Japanese character is a word of its own.
bool HasWord(std::string_view text, std::string_view word);

struct Word {
  size_t begin = 0;  // bytes of the text
  size_t end = 0;
  // Letters and digits, 1 to 64 bytes each.
  std::string folded;
  std::string english;  // stems
  std::string indonesian;
};

class WordReader {
 public:
  WordReader();
  ~WordReader();
  WordReader(const WordReader&) = delete;

  // In order, at most `words_max`. Each Chinese or Japanese character is a word of its own. What is
  // not well-formed UTF-8 parts words.
  std::vector<Word> Read(std::string_view text, size_t words_max);

 private:
  struct Stemmers;
  const std::unique_ptr<Stemmers> stemmers_;
};

}  // namespace muara

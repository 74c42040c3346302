#include "libs/language/words.h"

#include <libstemmer.h>
#include <utf8proc.h>

#include <algorithm>
#include <cstdlib>

namespace muara {
namespace {

constexpr size_t kWordBytesMax = 64;
constexpr size_t kStemmedBytesMin = 3;

enum class Kind { kPart, kAlone, kNone };  // of a word, a word, neither

// Scripts that are written without blanks between words.
bool IsIdeographic(utf8proc_int32_t c) {
  return (c >= 0x3040 && c <= 0x30ff) || (c >= 0x3400 && c <= 0x9fff) ||
         (c >= 0xf900 && c <= 0xfaff) || (c >= 0x20000 && c <= 0x3ffff);
}

Kind KindOf(utf8proc_int32_t c) {
  if (c < 0x80) return std::isalnum(static_cast<int>(c)) != 0 ? Kind::kPart : Kind::kNone;
  switch (utf8proc_category(c)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO:
      return IsIdeographic(c) ? Kind::kAlone : Kind::kPart;
    default:
      return Kind::kNone;
  }
}

bool IsAscii(std::string_view word) {
  return std::all_of(word.begin(), word.end(), [](unsigned char c) { return c < 0x80; });
}

void KeepLettersAndDigits(std::string& folded) {
  std::string kept;
  const auto* at = reinterpret_cast<const utf8proc_uint8_t*>(folded.data());
  for (size_t i = 0; i < folded.size();) {
    utf8proc_int32_t c = 0;
    const auto bytes =
        utf8proc_iterate(at + i, static_cast<utf8proc_ssize_t>(folded.size() - i), &c);
    if (bytes <= 0) break;
    if (KindOf(c) != Kind::kNone && kept.size() + bytes <= kWordBytesMax) {
      kept.append(folded, i, bytes);
    }
    i += bytes;
  }
  folded = std::move(kept);
}

// Without case, accents and other ways to write the same.
std::string Fold(std::string_view word) {
  std::string folded(word.substr(0, 4 * kWordBytesMax));
  if (IsAscii(folded)) {
    for (char& c : folded) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  } else {
    utf8proc_uint8_t* mapped = nullptr;
    const auto size = utf8proc_map(
        reinterpret_cast<const utf8proc_uint8_t*>(folded.data()),
        static_cast<utf8proc_ssize_t>(folded.size()), &mapped,
        static_cast<utf8proc_option_t>(UTF8PROC_COMPAT | UTF8PROC_DECOMPOSE | UTF8PROC_CASEFOLD |
                                       UTF8PROC_STRIPMARK | UTF8PROC_IGNORE));
    if (size >= 0) folded.assign(reinterpret_cast<char*>(mapped), size);
    std::free(mapped);
  }
  KeepLettersAndDigits(folded);
  return folded;
}

}  // namespace

namespace {

// Of the character that begins there; nothing's at the end, and of what is not well-formed.
Kind KindAt(std::string_view text, size_t at) {
  utf8proc_int32_t c = 0;
  const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data()) + at;
  const auto size = static_cast<utf8proc_ssize_t>(text.size() - at);
  return size > 0 && utf8proc_iterate(bytes, size, &c) > 0 ? KindOf(c) : Kind::kNone;
}

// Does a word go on from the character before this place to the one behind it?
bool GoesOnAt(std::string_view text, size_t at) {
  if (at == 0 || KindAt(text, at) != Kind::kPart) return false;
  size_t before = at - 1;
  while (before > 0 && (static_cast<unsigned char>(text[before]) & 0xc0) == 0x80) --before;
  return KindAt(text, before) == Kind::kPart;
}

}  // namespace

bool HasWord(std::string_view text, std::string_view word) {
  if (word.empty()) return false;
  for (size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
    if (!GoesOnAt(text, at) && !GoesOnAt(text, at + word.size())) return true;
  }
  return false;
}

struct WordReader::Stemmers {
  sb_stemmer* english = sb_stemmer_new("english", nullptr);
  sb_stemmer* indonesian = sb_stemmer_new("indonesian", nullptr);
  ~Stemmers() {
    sb_stemmer_delete(english);
    sb_stemmer_delete(indonesian);
  }

  static std::string Apply(sb_stemmer* stemmer, const std::string& word) {
    const sb_symbol* stem = sb_stemmer_stem(
        stemmer, reinterpret_cast<const sb_symbol*>(word.data()), static_cast<int>(word.size()));
    const int size = stem == nullptr ? 0 : sb_stemmer_length(stemmer);
    return size == 0 ? word : std::string(reinterpret_cast<const char*>(stem), size);
  }

  Word WordAt(std::string_view text, size_t begin, size_t end) const {
    Word word{begin, end, Fold(text.substr(begin, end - begin)), "", ""};
    const bool letters = std::all_of(word.folded.begin(), word.folded.end(),
                                     [](unsigned char c) { return c >= 'a' && c <= 'z'; });
    const bool has_stems = letters && word.folded.size() >= kStemmedBytesMin;
    word.english = has_stems ? Apply(english, word.folded) : word.folded;
    word.indonesian = has_stems ? Apply(indonesian, word.folded) : word.folded;
    return word;
  }
};

WordReader::WordReader() : stemmers_(std::make_unique<Stemmers>()) {}
WordReader::~WordReader() = default;

std::vector<Word> WordReader::Read(std::string_view text, size_t words_max) {
  std::vector<Word> words;
  const auto* at = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
  size_t begin = std::string_view::npos;
  const auto finish = [&](size_t end) {
    if (begin == std::string_view::npos) return;
    Word word = stemmers_->WordAt(text, begin, end);
    if (!word.folded.empty()) words.push_back(std::move(word));
    begin = std::string_view::npos;
  };
  size_t i = 0;
  while (i < text.size() && words.size() < words_max) {
    utf8proc_int32_t c = 0;
    const auto bytes = std::max<utf8proc_ssize_t>(
        1, utf8proc_iterate(at + i, static_cast<utf8proc_ssize_t>(text.size() - i), &c));
    const Kind kind = c < 0 ? Kind::kNone : KindOf(c);
    if (kind != Kind::kPart) finish(i);
    if (kind != Kind::kNone && begin == std::string_view::npos) begin = i;
    i += bytes;
    if (kind == Kind::kAlone) finish(i);
  }
  if (words.size() < words_max) finish(i);
  return words;
}

}  // namespace muara

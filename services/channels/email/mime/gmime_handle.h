// Owners for what GMime hands out. Not for sharing between threads.
#pragma once

#include <gmime/gmime.h>

#include <memory>

namespace muara::email {

struct Unref {
  void operator()(void* object) const { g_object_unref(object); }
};
template <class T>
using Owned = std::unique_ptr<T, Unref>;

struct Free {
  void operator()(char* text) const { g_free(text); }
};
using OwnedText = std::unique_ptr<char, Free>;

struct FreeParserOptions {
  void operator()(GMimeParserOptions* options) const { g_mime_parser_options_free(options); }
};
using OwnedParserOptions = std::unique_ptr<GMimeParserOptions, FreeParserOptions>;

struct FreeFormatOptions {
  void operator()(GMimeFormatOptions* options) const { g_mime_format_options_free(options); }
};
using OwnedFormatOptions = std::unique_ptr<GMimeFormatOptions, FreeFormatOptions>;

// Starts the library, once a process; everything that uses it calls this first.
void StartGMime();

inline const char* OrEmpty(const char* text) { return text == nullptr ? "" : text; }

}  // namespace muara::email

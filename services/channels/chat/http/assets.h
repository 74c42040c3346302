// The files of page/ as text; filled in by the build (assets.cpp.in).
#pragma once

#include <string_view>

namespace muara::chat::assets {

extern const std::string_view kPage;
extern const std::string_view kScript;
extern const std::string_view kStyle;

}  // namespace muara::chat::assets

#include "libs/language/language.h"

#include <gtest/gtest.h>

namespace muara {
namespace {

TEST(Language, TellsIndonesianFromEnglish) {
  EXPECT_EQ(DetectLanguage("Halo, paket saya belum sampai sejak minggu lalu. Mohon dibantu, terima "
                           "kasih."),
            Language::kIndonesian);
  EXPECT_EQ(DetectLanguage("Hello, my parcel has not arrived since last week. Could you help me?"),
            Language::kEnglish);
  EXPECT_EQ(DetectLanguage(""), Language::kEnglish);
  EXPECT_EQ(LanguageFromCode(LanguageCode(Language::kIndonesian)), Language::kIndonesian);
}

}  // namespace
}  // namespace muara

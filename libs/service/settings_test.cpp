#include "libs/service/settings.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "libs/testing/servers.h"

namespace muara::service {
namespace {

TEST(Settings, NamesEveryBadOneAtOnce) {
  setenv("MUARA_TEST_PORT", "70000", 1);
  setenv("MUARA_TEST_PAIRS", "a=1,b", 1);
  Settings settings;
  settings.Required("MUARA_TEST_NOT_SET");
  settings.Number("MUARA_TEST_PORT", 1, 0, 65535);
  settings.Pairs("MUARA_TEST_PAIRS", "");
  settings.SecretFile("MUARA_TEST_PORT");
  const Status status = settings.Check();
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().reason, "BAD_SETTINGS");
  EXPECT_EQ(status.error().violations.size(), 4u);
  EXPECT_NE(status.error().message.find("MUARA_TEST_NOT_SET: is required"), std::string::npos);
}

TEST(Settings, ReadsWhatIsThere) {
  const testing::TempFolder folder;
  std::ofstream(folder.path() + "/keys") << "first\nsecond\n";
  setenv("MUARA_TEST_FILE", (folder.path() + "/keys").c_str(), 1);
  setenv("MUARA_TEST_PAIRS", "support@example.test=mail,chat=chat", 1);
  Settings settings;
  EXPECT_EQ(settings.SecretFile("MUARA_TEST_FILE"), "first");
  EXPECT_EQ(settings.SecretFileLines("MUARA_TEST_FILE", 5).size(), 2u);
  EXPECT_EQ(settings.Pairs("MUARA_TEST_PAIRS", "").at(0).second, "mail");
  EXPECT_EQ(settings.Text("MUARA_TEST_NOT_SET", "x"), "x");
  EXPECT_TRUE(settings.Check().ok());
  settings.SecretFileLines("MUARA_TEST_FILE", 6);
  EXPECT_FALSE(settings.Check().ok());
}

TEST(Settings, ListensAtAnAddressAndAPortOrSaysWhatIsWrong) {
  Settings settings;
  const HostPort at = settings.Address("MUARA_TEST_NOT_SET", "[::1]:8080");
  EXPECT_EQ(at.host, "[::1]");
  EXPECT_EQ(at.port, 8080);
  EXPECT_TRUE(settings.Check().ok());
  for (const char* bad : {"nowhere", ":80", "127.0.0.1:", "127.0.0.1:http", "127.0.0.1:65536",
                          "127.0.0.1:-1", "127.0.0.1:80 "}) {
    setenv("MUARA_TEST_LISTEN", bad, 1);
    Settings wrong;
    wrong.Address("MUARA_TEST_LISTEN", "");
    const Status status = wrong.Check();
    ASSERT_FALSE(status.ok()) << bad;
    EXPECT_EQ(status.error().violations.at(0).field, "MUARA_TEST_LISTEN");
  }
}

}  // namespace
}  // namespace muara::service

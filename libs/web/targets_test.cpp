// Which addresses are the public internet, and what an operator's list lets through.
#include "libs/web/targets.h"

#include <gtest/gtest.h>

#include "libs/web/client.h"

namespace muara::web {
namespace {

TEST(Targets, OnlyAddressesOfThePublicInternetArePublic) {
  for (const char* text : {"8.8.8.8", "1.1.1.1", "172.15.255.255", "172.32.0.0", "100.63.255.255",
                           "100.128.0.0", "168.63.129.15", "198.17.255.255", "223.255.255.255",
                           "2606:4700::1111", "2a00:1450::1", "2001:4860:4860::8888", "2003::1"}) {
    ASSERT_TRUE(ParseAddress(text)) << text;
    EXPECT_TRUE(IsPublic(*ParseAddress(text))) << text;
  }
  for (const char* text : {"0.0.0.0",
                           "0.1.2.3",
                           "10.0.0.1",
                           "10.255.255.255",
                           "100.64.0.1",
                           "100.100.100.200",
                           "127.0.0.1",
                           "127.255.255.254",
                           "168.63.129.16",
                           "169.254.169.254",
                           "172.16.0.1",
                           "172.31.255.255",
                           "192.0.0.192",
                           "192.0.2.1",
                           "192.88.99.1",
                           "192.168.1.1",
                           "198.18.0.1",
                           "198.19.9.9",
                           "198.51.100.1",
                           "203.0.113.1",
                           "224.0.0.1",
                           "239.1.1.1",
                           "240.0.0.1",
                           "255.255.255.255",
                           "::",
                           "::1",
                           "::ffff:8.8.8.8",
                           "::ffff:127.0.0.1",
                           "::7f00:1",
                           "64:ff9b::7f00:1",
                           "64:ff9b:1::1",
                           "2002:7f00:1::1",
                           "2001::1",
                           "2001:db8::1",
                           "3fff::1",
                           "fc00::1",
                           "fd00:ec2::254",
                           "fe80::1",
                           "fec0::1",
                           "ff02::1",
                           "100::1",
                           "4000::1"}) {
    ASSERT_TRUE(ParseAddress(text)) << text;
    EXPECT_FALSE(IsPublic(*ParseAddress(text))) << text;
  }
}

TEST(Targets, AnAllowanceNamesANetworkOrAHostWithItsPort) {
  const auto list = Allowances::Parse(
      "10.1.0.0/16,CRM.internal:8080,127.0.0.1:9000,[::1]:9001,"
      "fd00::/9");
  ASSERT_TRUE(list.ok());
  const auto has = [&](const char* address, int port) {
    return list->HasAddress(*ParseAddress(address), port);
  };
  EXPECT_TRUE(has("10.1.2.3", 1));
  EXPECT_FALSE(has("10.2.0.0", 1));
  EXPECT_TRUE(has("127.0.0.1", 9000));
  EXPECT_FALSE(has("127.0.0.1", 9001));
  EXPECT_FALSE(has("127.0.0.2", 9000));
  EXPECT_TRUE(has("::1", 9001));
  EXPECT_FALSE(has("::ffff:127.0.0.1", 9000));
  EXPECT_TRUE(has("fd7f::1", 1));
  EXPECT_FALSE(has("fd80::1", 1));
  EXPECT_TRUE(list->HasHost("crm.INTERNAL", 8080));
  EXPECT_FALSE(list->HasHost("crm.internal", 80));
  EXPECT_FALSE(list->HasHost("xcrm.internal", 8080));
}

TEST(Targets, AListThatCannotBeReadIsRefused) {
  for (const char* text : {"127.0.0.1", "10.0.0.0/33", "10.0.0.0/", "x/8", "host:0", "host:70000",
                           ":80", "a,b:1", "u@h:1", "::1:80", "10.0.0.0/8,,x:1", "10.0.0.0/-1"}) {
    EXPECT_FALSE(Allowances::Parse(text).ok()) << text;
  }
  EXPECT_TRUE(Allowances::Parse("")->empty());
}

TEST(Targets, AUrlIsJudgedByWhatCanBeSeenOfIt) {
  const auto refusal = [](const std::string& url) {
    const Status checked = CheckUrl(url, {});
    return checked.ok() ? "OK" : checked.error().reason;
  };
  EXPECT_EQ(refusal("https://hooks.example.com/a?b=c#d"), "OK");
  EXPECT_EQ(refusal("https://8.8.8.8:8443/"), "OK");
  for (const std::string url :
       {"", "example.com", "http://example.com/", "ftp://example.com/", "file:///etc/passwd",
        "gopher://127.0.0.1/", "https://user@example.com/", "https://u:p@example.com/",
        "https://exa mple.com/", "https://example.com:0/", "https://a:99999/",
        "javascript:alert(1)", "https://[fe80::1%25lo]/"}) {
    EXPECT_EQ(refusal(url), "BAD_URL") << url;
  }
  EXPECT_EQ(refusal(std::string("https://a.b/\0c", 14)), "BAD_URL");
  EXPECT_EQ(refusal("https://a.b/\r\nX: y"), "BAD_URL");
  EXPECT_EQ(refusal("https://a.b/" + std::string(kUrlBytesMax, 'x')), "BAD_URL");
  for (const char* host : {"127.0.0.1", "0x7f.1", "2130706433", "0177.0.0.1", "127.1", "0", "[::1]",
                           "[::]", "[::ffff:127.0.0.1]", "[64:ff9b::7f00:1]", "169.254.169.254",
                           "10.0.0.1", "%31%32%37.0.0.1"}) {
    const std::string said = refusal(std::string("https://") + host + "/");
    EXPECT_EQ(said, "TARGET_REFUSED") << host;
  }
}

TEST(Targets, PlainHttpIsForAllowedTargetsAlone) {
  const auto list = *Allowances::Parse("127.0.0.1:9000,crm.internal:8080");
  EXPECT_TRUE(CheckUrl("http://127.0.0.1:9000/x", list).ok());
  EXPECT_TRUE(CheckUrl("http://crm.internal:8080/x", list).ok());
  EXPECT_FALSE(CheckUrl("http://crm.internal/x", list).ok());
  EXPECT_FALSE(CheckUrl("http://8.8.8.8/", list).ok());
  EXPECT_TRUE(CheckUrl("http://in.the.net/", *Allowances::Parse("10.0.0.0/8")).ok())
      << "where it leads is seen when it is called";
}

}  // namespace
}  // namespace muara::web

#include "services/ticket/domain/contacts/account.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace muara::ticket {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(Account, HasDomainsThatCanBeOnesOwn) {
  for (const char* good : {"example.com", "mail.example.co.id", "xn--mnchen-3ya.de",
                           "xn--fiq228c.xn--55qx5d.cn", "a-b.example", "1und1.de"}) {
    EXPECT_EQ(ProblemOfDomain(good), "") << good;
  }
  for (const char* bad : {"", "localhost", "example..com", ".com", "example.com.", "-a.com",
                          "a-.com", "exa mple.com", "münchen.de", "a_b.com", "10.0.0.1", "xn--.de",
                          "xn--a-ecp-.ru", "xn--99999999.de", "ab--cd.de", "Example.com"}) {
    EXPECT_NE(ProblemOfDomain(bad), "") << bad;
  }
  EXPECT_NE(ProblemOfDomain(std::string(64, 'a') + ".com"), "");
  EXPECT_THAT(ProblemOfDomain("münchen.de"), HasSubstr("Punycode"));
}

TEST(Account, CannotHaveWhatAnyoneMayUse) {
  EXPECT_THAT(ProblemOfDomain("gmail.com"), HasSubstr("anyone may have an address"));
  EXPECT_THAT(ProblemOfDomain("sub.yahoo.co.id"), HasSubstr("anyone may have an address"));
  EXPECT_EQ(ProblemOfDomain("notgmail.com"), "");
  EXPECT_THAT(ProblemOfDomain("co.id"), HasSubstr("anyone may register"));
  EXPECT_EQ(ProblemOfDomain("toko.co.id"), "");
}

TEST(Account, IsClaimedByVerifiedAddressesAlone) {
  const auto claims = [](PointKind kind, const char* value, Assurance assurance) {
    return DomainsThatClaim({kind, value, "", assurance});
  };
  EXPECT_THAT(claims(PointKind::kEmail, "a@mail.toko.co.id", Assurance::kChannelVerified),
              ElementsAre("mail.toko.co.id", "toko.co.id", "co.id"));
  EXPECT_THAT(claims(PointKind::kEmail, "a@toko.id", Assurance::kClaimed), IsEmpty());
  EXPECT_THAT(claims(PointKind::kChat, "a@toko.id", Assurance::kCustomerVerified), IsEmpty());
  EXPECT_THAT(claims(PointKind::kEmail, "toko.id", Assurance::kCustomerVerified), IsEmpty());
}

TEST(Account, NamesEverythingThatIsWrong) {
  Account account;
  account.domains = {"a.com", "a.com", "gmail.com"};
  account.contract_sla_policy_id = "No Slug";
  account.tags = {""};
  account.notes = std::string(kAccountNotesBytesMax + 1, 'x');
  std::string fields;
  for (const Violation& one : ProblemsOf(account)) fields += one.field + " ";
  EXPECT_EQ(fields, "name domains domains contract_sla_policy_id tags notes ");
}

TEST(Contact, LanguageAndZoneAreChecked) {
  const auto problems = [](const std::string& language, const std::string& zone) {
    ContactUpdate update;
    update.language = language;
    update.time_zone = zone;
    std::string fields;
    for (const Violation& one : ProblemsOf(update)) fields += one.field + " ";
    return fields;
  };
  EXPECT_EQ(problems("id", "Asia/Jakarta"), "");
  EXPECT_EQ(problems("zh-Hant-TW", "UTC"), "");
  EXPECT_EQ(problems("", ""), "");
  EXPECT_EQ(problems("indonesian", "Nowhere/City"), "language time_zone ");
  EXPECT_EQ(problems("e", "../../etc/passwd"), "language time_zone ");
  EXPECT_EQ(problems("en-", "+07:00"), "language time_zone ");
}

TEST(Contact, NamesAreEqualWithoutCaseAndAccents) {
  EXPECT_EQ(NormalName("  René  MÜLLER "), NormalName("rene muller"));
  EXPECT_NE(NormalName("Rene Muller"), NormalName("Rene Mueller"));
}

}  // namespace
}  // namespace muara::ticket

// Contacts as a table, in and out, on both engines.
#include "services/ticket/app/contacts/contact_import.h"

#include <gmock/gmock.h>

#include <future>
#include <thread>

#include "services/ticket/app/ticket_fixture.h"
#include "services/ticket/store/contacts/contacts.h"
#include "services/ticket/store/contacts/erase.h"

namespace muara::ticket {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

class ContactImportTest : public TicketTest {
 protected:
  void SetUp() override {
    TicketTest::SetUp();
    import_ =
        std::make_unique<ContactImport>(*database_, *journal_, *search_index_, *contacts_, clock_);
    CustomField field;
    field.entity = FieldEntity::kContact;
    field.key = "seats";
    field.label = "Seats";
    field.type = FieldType::kNumber;
    ASSERT_TRUE(custom_fields_->Put(Admin(), field).ok());
  }
  // "created updated unchanged refused", then what was wrong.
  std::string Import(const std::string& csv, ImportMode mode = ImportMode::kReal,
                     const std::string& key = "") {
    const std::string own = key.empty() ? "import-" + std::to_string(++keys_) : key;
    const auto done = import_->Import(bus::KeyFor(own, csv), "agents/admin", csv, mode);
    if (!done.ok()) return done.error().reason + " " + done.error().violations.at(0).description;
    std::string text = std::to_string(done->created) + " " + std::to_string(done->updated) + " " +
                       std::to_string(done->unchanged) + " " + std::to_string(done->refused);
    for (const RowProblem& one : done->problems) {
      text += "; " + std::to_string(one.line) + " " + one.column + " " + one.reason;
    }
    return text;
  }
  Contact By(const std::string& point) {
    const auto found = contacts_->List(point, 2, "");
    EXPECT_THAT(*found, SizeIs(1)) << point;
    return found->empty() ? Contact{} : found->at(0);
  }

  std::unique_ptr<ContactImport> import_;
};
MUARA_ON_BOTH_ENGINES(ContactImportTest);

TEST_P(ContactImportTest, ContactsAreMadeFoundAgainAndChanged) {
  const std::string csv =
      "display_name,email,phone,external_id,tags,field.seats,time_zone\r\n"
      "Sari,Sari@X.test,'+6281,crm-1,\"vip\nold\",5,Asia/Jakarta\r\n"
      "Budi,budi@x.test,,,,,\r\n";
  EXPECT_EQ(Import(csv, ImportMode::kReal, "once"), "2 0 0 0");
  EXPECT_EQ(Import(csv, ImportMode::kReal, "once"), "2 0 0 0") << "answered the same, done once";
  EXPECT_EQ(Import(csv), "0 0 2 0");
  const Contact sari = By("sari@x.test");
  EXPECT_EQ(sari.display_name, "Sari");
  EXPECT_EQ(sari.external_id, "crm-1");
  EXPECT_THAT(sari.tags, ElementsAre("vip", "old"));
  EXPECT_EQ(sari.fields.at(0).number, 5);
  EXPECT_EQ(By("+6281").id, sari.id);
  EXPECT_EQ(Take(Mail("sari@x.test")).contact_id, sari.id) << "her mails find her";
  EXPECT_EQ(Import("external_id,email,display_name\ncrm-1,new@x.test,Sari D\n"), "0 1 0 0");
  EXPECT_EQ(By("new@x.test").id, sari.id);
  EXPECT_EQ(By("new@x.test").display_name, "Sari D");
  EXPECT_EQ(FactTypes("contacts/" + sari.id.value), "ContactChanged ContactChanged");
}

TEST_P(ContactImportTest, ARefusedRowSaysWhyAndStopsNoOther) {
  Import("email,phone\na@x.test,1\nb@x.test,2\n");
  EXPECT_EQ(Import("display_name,email,phone,account_id,field.seats,language\n"
                   "A,no address,,,,\n"
                   "B,,,,,\n"
                   "C,c@x.test,,nowhere,,\n"
                   "D,d@x.test,,,many,much-too-long\n"
                   "E,a@x.test,2,,,\n"
                   "F,f@x.test\n"
                   "G,g@x.test,,,7,id\n"
                   "H,G@x.test,,,,\n"),
            "1 0 0 7; 2 email is no address; 3  has no email, phone or external_id; "
            "4 account_id there is no such account; 5 field.seats has a value of another type; "
            "5 language is no language tag like id or en-GB; "
            "6  finds several contacts, " +
                By("a@x.test").id.value + " and " + By("b@x.test").id.value +
                ": merge them first; 7  has 2 cells, and the header 6; "
                "9  is the contact of line 8");
  EXPECT_EQ(By("g@x.test").display_name, "G");
  EXPECT_THAT(*contacts_->List("c@x.test", 2, ""), SizeIs(0)) << "never half a row";
  EXPECT_THAT(*contacts_->List("", 10, ""), SizeIs(3));
}

TEST_P(ContactImportTest, TryingChangesNothing) {
  EXPECT_EQ(Import("email\na@x.test\nb@x.test\n", ImportMode::kTried, "k"), "2 0 0 0");
  EXPECT_THAT(*contacts_->List("", 10, ""), SizeIs(0));
  EXPECT_EQ(Import("email\na@x.test\nb@x.test\n", ImportMode::kReal, "k"), "2 0 0 0");
}

TEST_P(ContactImportTest, HeadersAreChecked) {
  EXPECT_THAT(Import("email,nonsense\nx@y.test,1\n"), HasSubstr("'nonsense' that is not known"));
  EXPECT_THAT(Import("email,email\nx@y.test,1\n"), HasSubstr("twice"));
  EXPECT_THAT(Import("display_name\nSari\n"), HasSubstr("to find contacts by"));
}

TEST_P(ContactImportTest, LargeTablesGoPartByPartAndAMergedContactIsItsSurvivor) {
  std::string csv = "email\n";
  for (int i = 0; i < 450; ++i) csv += "n" + std::to_string(i) + "@x.test\n";
  EXPECT_EQ(Import(csv), "450 0 0 0");
  const auto merged =
      contact_merges_->Merge(OfContact(By("n0@x.test").id), By("n1@x.test").id, MergeRights::kAny);
  ASSERT_TRUE(merged.ok());
  EXPECT_EQ(Import("email,display_name\nn0@x.test,One\n"), "0 1 0 0");
  EXPECT_EQ(contacts_->Get(*merged->merged_into)->display_name, "One");
}

TEST_P(ContactImportTest, AnExportComesInAgainUnchanged) {
  Take(Chat("session"));  // has nothing that a row could find it by
  Import(
      "display_name,email,phone,external_id,tags,field.seats\n"
      "'=SUM(A1),\"a@x.test\nb@x.test\",+62,crm,\"-x\ny\",1.5\n");
  Take(Mail("mail@x.test"));
  std::string csv;
  int pages = 0;
  for (std::string after;; ++pages) {
    const auto page = import_->Export(after, 1);
    ASSERT_TRUE(page.ok());
    csv += page->csv;
    after = page->after;
    if (after.empty()) break;
  }
  EXPECT_EQ(pages, 2);
  EXPECT_THAT(csv, HasSubstr("'=SUM(A1)"));
  EXPECT_THAT(csv, HasSubstr("'+62"));
  EXPECT_EQ(Import(csv), "0 0 2 0") << csv;
}

TEST_P(ContactImportTest, AnExportHasTheAddressesOfAllThatAreOne) {
  const ContactId one = Take(Mail("sari@x.test")).contact_id;
  const ContactId other = Take(Mail("sari@work.test")).contact_id;
  ASSERT_TRUE(contact_merges_->Merge(OfContact(other), one, MergeRights::kAny).ok());
  const auto page = import_->Export("", 100);
  ASSERT_TRUE(page.ok());
  EXPECT_THAT(page->csv, HasSubstr("\"sari@x.test\nsari@work.test\""));
  EXPECT_EQ(Import(page->csv), "0 0 1 0") << page->csv;
}

TEST_P(ContactImportTest, WhoIsErasedMeanwhileIsNotWrittenAgain) {
  const ContactId sari = Take(Mail("sari@x.test")).contact_id;
  std::promise<void> is_erased;
  std::promise<void> commits;
  std::thread eraser([&] {
    EXPECT_TRUE(React([&](sql::Tx& tx) -> muara::Status {
                  ASSIGN_OR_RETURN(Contact contact, store::LoadContactForChange(tx, sari));
                  Erase(contact, clock_.Now());
                  RETURN_IF_ERROR(store::SaveContact(tx, contact));
                  RETURN_IF_ERROR(store::DropAllOf(tx, sari));
                  is_erased.set_value();
                  commits.get_future().wait();
                  return Ok();
                }).ok());
  });
  is_erased.get_future().wait();
  auto imported = std::async(std::launch::async, [&] {
    const std::string csv = "display_name,email\r\nSari,sari@x.test\r\n";
    return import_->Import(bus::KeyFor("meanwhile", csv), "agents/admin", csv, ImportMode::kReal);
  });
  imported.wait_for(std::chrono::milliseconds(200));  // it waits for the contact by then
  commits.set_value();
  eraser.join();
  imported.wait();
  const Contact left = *contacts_->Get(sari);
  EXPECT_EQ(left.display_name, "");
  EXPECT_THAT(left.points, SizeIs(0));
}

}  // namespace
}  // namespace muara::ticket

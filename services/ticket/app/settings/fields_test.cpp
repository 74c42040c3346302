// Fields that the organisation declares: kept, checked, told, found, and needed for resolving.
#include <limits>

#include "muara/ticket/v1/facts.pb.h"
#include "services/ticket/app/ticket_fixture.h"

namespace muara::ticket {
namespace {

class FieldsTest : public TicketTest {
 protected:
  void SetUp() override {
    TicketTest::SetUp();
    id_ = Take(Mail("sari@x.test")).ticket_id;
    Declare("order", FieldType::kText);
    Declare("amount", FieldType::kNumber);
    Declare("vip", FieldType::kBoolean);
    Declare("due", FieldType::kDate);
  }
  static CustomField Field(const std::string& key, FieldType type) {
    CustomField field;
    field.key = key;
    field.label = "Label";
    field.type = type;
    return field;
  }
  void Declare(const std::string& key, FieldType type) {
    ASSERT_TRUE(custom_fields_->Put(Admin(), Field(key, type)).ok());
  }
  Result<Ticket> Set(std::vector<FieldValue> fields, std::vector<std::string> remove = {}) {
    Update update;
    update.fields = std::move(fields);
    update.remove_fields = std::move(remove);
    return tickets_->Set(Of(id_), update);
  }
  int Rows(const std::string& where) {
    const auto count = database_->Read([&](sql::Tx& tx) -> Result<int> {
      ASSIGN_OR_RETURN(const sql::Rows rows,
                       tx.Query("SELECT COUNT(*) FROM ticket_field WHERE " + where));
      return static_cast<int>(rows[0].Int(0));
    });
    return count.ok() ? *count : -1;
  }

  TicketId id_;
};

TEST_P(FieldsTest, ValuesAreKeptToldAndFound) {
  const double exact = 0.1 + 0.2;
  ASSERT_TRUE(Set({{"order", FieldType::kText, "A\t1\n"},
                   {"amount", FieldType::kNumber, "", exact},
                   {"vip", FieldType::kBoolean, "", 1},
                   {"due", FieldType::kDate, "2026-03-01"}})
                  .ok());
  const auto fields = Get(id_).fields;
  ASSERT_EQ(fields.size(), 4u);
  EXPECT_EQ(fields[0].text, "A\t1\n");
  EXPECT_EQ(fields[1].number, exact);
  const auto fact = LastFact<v1::TicketChanged>(id_.value);
  EXPECT_EQ(fact.fields(0), "fields");
  EXPECT_TRUE(fact.ticket().fields(2).boolean());
  EXPECT_EQ(fact.ticket().fields(3).date(), "2026-03-01");
  EXPECT_EQ(Rows("key = 'amount' AND number > 0.3 AND number < 0.31"), 1);
  EXPECT_EQ(Rows("key = 'due' AND text >= '2026-01-01'"), 1);

  ASSERT_TRUE(Set({{"amount", FieldType::kNumber, "", 7}}, {"order"}).ok());
  EXPECT_EQ(Get(id_).fields.size(), 3u) << "the others stay";
  EXPECT_EQ(Rows("key = 'order'"), 0);
  EXPECT_EQ(Rows("key = 'amount' AND number = 7"), 1);
}

TEST_P(FieldsTest, EveryBadValueIsNamedAndNothingIsKept) {
  const auto refused = Set({{"nothing", FieldType::kText, "x"},
                            {"order", FieldType::kText, "good"},
                            {"due", FieldType::kDate, "soon"},
                            {"amount", FieldType::kText, "x"}});
  std::string names;
  for (const Violation& one : refused.error().violations) names += one.field + " ";
  EXPECT_EQ(names, "fields.nothing fields.due fields.amount ");
  EXPECT_TRUE(Get(id_).fields.empty());
  EXPECT_EQ(Rows("1 = 1"), 0);
}

TEST_P(FieldsTest, WhatResolvingNeedsIsAskedFor) {
  CustomField order = Field("order", FieldType::kText);
  order.required_on_resolve = true;
  ASSERT_TRUE(custom_fields_->Put(Admin(1), order).ok());
  const auto refused = tickets_->Resolve(Of(id_), "");
  EXPECT_EQ(refused.error().reason, "FIELDS_REQUIRED");
  EXPECT_EQ(refused.error().metadata.at(0).second, "order");
  ASSERT_TRUE(Set({{"order", FieldType::kText, "A-1"}}).ok());
  EXPECT_TRUE(tickets_->Resolve(Of(id_), "").ok());
}

TEST_P(FieldsTest, AFieldIsDeclaredOnceToldAndKeepsItsType) {
  const Edit edit = Admin();
  ASSERT_TRUE(custom_fields_->Put(edit, Field("new", FieldType::kText)).ok());
  EXPECT_EQ(custom_fields_->Put(edit, Field("new", FieldType::kText))->version, 1);
  EXPECT_EQ(FactTypes("custom-fields/tickets/new"), "CustomFieldChanged");
  EXPECT_EQ(custom_fields_->Put(Admin(), Field("new", FieldType::kDate)).error().reason,
            "FIELD_TYPE_FIXED");
  EXPECT_EQ(custom_fields_->Put(Admin(9), Field("new", FieldType::kText)).error().reason,
            "STALE_VERSION");
  EXPECT_EQ(custom_fields_->Get(FieldEntity::kTicket, "no").error().reason, "FIELD_NOT_FOUND");
  EXPECT_EQ(custom_fields_->List(FieldEntity::kTicket)->size(), 5u);
}

TEST_P(FieldsTest, ContactsHaveTheirOwn) {
  CustomField field = Field("order", FieldType::kNumber);
  field.entity = FieldEntity::kContact;
  ASSERT_TRUE(custom_fields_->Put(Admin(), field).ok());
  EXPECT_EQ(custom_fields_->List(FieldEntity::kContact)->size(), 1u);
  EXPECT_EQ(custom_fields_->Get(FieldEntity::kTicket, "order")->type, FieldType::kText);
}

MUARA_ON_BOTH_ENGINES(FieldsTest);

}  // namespace
}  // namespace muara::ticket

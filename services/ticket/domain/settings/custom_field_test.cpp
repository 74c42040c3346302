#include "services/ticket/domain/settings/custom_field.h"

#include <gtest/gtest.h>

#include <limits>

namespace muara::ticket {
namespace {

CustomField Of(FieldType type, int64_t max = 0) {
  CustomField field;
  field.key = "key";
  field.label = "Label";
  field.type = type;
  field.max = max;
  if (type == FieldType::kChoice) field.options = {"red", "green"};
  return field;
}

TEST(CustomField, TakesItsOwnTypeWithinItsLimits) {
  struct Case {
    FieldType type;
    int64_t max;
    FieldValue value;
    bool good;
  };
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const Case cases[] = {
      {FieldType::kText, 3, {"key", FieldType::kText, "abc"}, true},
      {FieldType::kText, 3, {"key", FieldType::kText, "abcd"}, false},
      {FieldType::kText, 0, {"key", FieldType::kText, std::string(1000, 'x')}, true},
      {FieldType::kText, 0, {"key", FieldType::kText, std::string(1001, 'x')}, false},
      {FieldType::kText, 0, {"key", FieldType::kText, ""}, false},
      {FieldType::kText, 0, {"key", FieldType::kChoice, "red"}, false},
      {FieldType::kNumber, 10, {"key", FieldType::kNumber, "", 10}, true},
      {FieldType::kNumber, 10, {"key", FieldType::kNumber, "", 10.5}, false},
      {FieldType::kNumber, 0, {"key", FieldType::kNumber, "", nan}, false},
      {FieldType::kBoolean, 0, {"key", FieldType::kBoolean, "", 0}, true},
      {FieldType::kDate, 0, {"key", FieldType::kDate, "2024-02-29"}, true},
      {FieldType::kDate, 0, {"key", FieldType::kDate, "2026-02-29"}, false},
      {FieldType::kDate, 0, {"key", FieldType::kDate, "2026-2-01"}, false},
      {FieldType::kDate, 0, {"key", FieldType::kDate, "tomorrow!!"}, false},
      {FieldType::kChoice, 0, {"key", FieldType::kChoice, "green"}, true},
      {FieldType::kChoice, 0, {"key", FieldType::kChoice, "blue"}, false},
  };
  for (const Case& one : cases) {
    EXPECT_EQ(Of(one.type, one.max).ProblemOf(one.value).empty(), one.good)
        << static_cast<int>(one.type) << " " << one.value.text << one.value.number;
  }
}

TEST(CustomField, IsDeclaredWithinItsLimits) {
  EXPECT_TRUE(Validate(Of(FieldType::kChoice)).ok());
  const auto names = [](CustomField field) {
    std::string names;
    const Status checked = Validate(field);
    for (const Violation& one : checked.error().violations) names += one.field + " ";
    return names;
  };
  CustomField bad = Of(FieldType::kChoice, 5);
  bad.key = "No slug";
  bad.label.clear();
  bad.options = {"twice", "twice"};
  EXPECT_EQ(names(bad), "key label options max ");
  EXPECT_EQ(names(Of(static_cast<FieldType>(9))), "type ");
  EXPECT_EQ(names(Of(FieldType::kText, 10001)), "max ");
  CustomField text = Of(FieldType::kText);
  text.options = {"a"};
  EXPECT_EQ(names(text), "options ");
}

TEST(CustomField, NamesAllThatResolvingNeeds) {
  CustomField needed = Of(FieldType::kText), old = needed, free = needed;
  needed.required_on_resolve = old.required_on_resolve = old.archived = true;
  free.key = "free";
  EXPECT_EQ(CheckRequired({needed, old, free}, {}).error().metadata.at(0).second, "key");
  EXPECT_TRUE(CheckRequired({needed, old, free}, {{"key", FieldType::kText, "x"}}).ok());
}

}  // namespace
}  // namespace muara::ticket

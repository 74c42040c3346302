// Fields that the organisation declares for its tickets, contacts and accounts, and their values.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "libs/base/result.h"

namespace muara::ticket {

// Numbers as on the wire and in the store.
enum class FieldEntity { kTicket = 1, kContact = 2, kAccount = 3 };
enum class FieldType { kText = 1, kNumber = 2, kBoolean = 3, kDate = 4, kChoice = 5 };

constexpr size_t kLabelBytesMax = 100;  // what people are shown of a thing
constexpr size_t kFieldsMax = 200;      // declared for one entity
constexpr size_t kOptionsMax = 200;     // of one choice
constexpr size_t kOptionBytesMax = 100;
constexpr int64_t kFieldTextBytesMax = 10000;
constexpr int64_t kFieldTextBytesDefault = 1000;

struct FieldValue {
  std::string key;
  FieldType type = FieldType::kText;
  std::string text;   // TEXT, CHOICE, DATE as 2026-03-01
  double number = 0;  // NUMBER; BOOLEAN as 0 or 1
  bool operator==(const FieldValue&) const = default;
};

struct CustomField {
  FieldEntity entity = FieldEntity::kTicket;
  std::string key;
  std::string label;
  FieldType type = FieldType::kText;
  std::vector<std::string> options;  // of a CHOICE
  bool required_on_resolve = false;
  int64_t max = 0;        // bytes of a TEXT, the greatest NUMBER; 0: the default, none
  bool archived = false;  // set on nothing any more
  int version = 0;        // 0: there is none yet

  // What is wrong with a value of it; empty: nothing.
  std::string ProblemOf(const FieldValue& value) const;
};

// Every field that breaks a limit, named.
Status Validate(const CustomField& field);

// Puts a value in the place of the one with its key.
void SetField(std::vector<FieldValue>& fields, const FieldValue& value);
void RemoveField(std::vector<FieldValue>& fields, const std::string& key);
// FIELDS_REQUIRED that names each declared field that resolving needs and that is not there.
Status CheckRequired(const std::vector<CustomField>& declared,
                     const std::vector<FieldValue>& fields);

}  // namespace muara::ticket

// What people keep for writing and doing again: canned replies and macros, their own or shared.
#pragma once

#include <string>
#include <vector>

#include "services/ticket/domain/rules/action.h"

namespace muara::ticket {

constexpr size_t kCannedTextBytesMax = 64 * 1024;
constexpr size_t kTitleBytesMax = 100;
constexpr size_t kTextLanguageBytesMax = 35;
constexpr int kKeptOfOneMax = 500;  // by one person, of each kind

struct CannedReply {
  std::string id;
  std::string shortcut;
  std::string title;
  std::string language;
  std::string text;
  std::string owner;  // "agents/<id>"
  bool shared = false;
  int version = 1;
};

struct Macro {
  std::string id;
  std::string name;
  std::string owner;
  bool shared = false;
  std::vector<Action> actions;
  int version = 1;
};

// Where a page of them begins: after this shortcut or name.
struct KeptPlace {
  std::string name = "";
  std::string id = "";
};

// Every field that breaks a limit or makes no sense, named.
muara::Status Validate(const CannedReply& reply, const Vocabulary& vocabulary);
muara::Status Validate(const Macro& macro, const Vocabulary& vocabulary);

}  // namespace muara::ticket

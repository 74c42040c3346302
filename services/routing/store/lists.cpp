#include "services/routing/store/lists.h"

#include <cstdlib>
#include <sstream>

namespace muara::routing::store {

std::string JoinWords(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : " ") + word;
  return out;
}

std::vector<std::string> SplitWords(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> out;
  for (std::string word; in >> word;) out.push_back(word);
  return out;
}

std::string JoinSkills(const std::vector<Skill>& skills) {
  std::vector<std::string> words;
  for (const Skill& skill : skills) words.push_back(skill.name + ":" + std::to_string(skill.level));
  return JoinWords(words);
}

std::vector<Skill> SplitSkills(const std::string& text) {
  std::vector<Skill> out;
  for (const std::string& word : SplitWords(text)) {
    const size_t colon = word.rfind(':');
    out.push_back({word.substr(0, colon), std::atoi(word.c_str() + colon + 1)});
  }
  return out;
}

std::string JoinTimes(const std::map<std::string, Time>& times) {
  std::vector<std::string> words;
  for (const auto& [name, time] : times)
    words.push_back(name + ":" + std::to_string(ToMicros(time)));
  return JoinWords(words);
}

std::map<std::string, Time> SplitTimes(const std::string& text) {
  std::map<std::string, Time> out;
  for (const std::string& word : SplitWords(text)) {
    const size_t colon = word.rfind(':');
    out[word.substr(0, colon)] = FromMicros(std::atoll(word.c_str() + colon + 1));
  }
  return out;
}

}  // namespace muara::routing::store

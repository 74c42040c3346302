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

std::string JoinRequirements(const Requirements& requirements) {
  std::vector<std::string> words;
  for (const Requirement& one : requirements) {
    std::string word = one.skill + ":" + std::to_string(one.level_min);
    for (const Ring& ring : one.rings) {
      word += "," + std::to_string(ring.level_min) + "@" + std::to_string(ring.after_seconds);
    }
    words.push_back(std::move(word));
  }
  return JoinWords(words);
}

Requirements SplitRequirements(const std::string& text) {
  Requirements out;
  for (const std::string& word : SplitWords(text)) {
    std::istringstream parts(word.substr(word.rfind(':') + 1));
    Requirement one{word.substr(0, word.rfind(':')), kLevelMin, {}};
    std::string part;
    if (std::getline(parts, part, ',')) one.level_min = std::atoi(part.c_str());
    while (std::getline(parts, part, ',')) {
      one.rings.push_back({std::atoi(part.c_str() + part.find('@') + 1), std::atoi(part.c_str())});
    }
    out.push_back(std::move(one));
  }
  return out;
}

std::string JoinLoad(const Load& load) {
  std::vector<std::string> words;
  for (const Channel channel : kChannels) words.push_back(std::to_string(load.of(channel)));
  return JoinWords(words);
}

Load SplitLoad(const std::string& text) {
  Load load;
  std::istringstream in(text);
  for (const Channel channel : kChannels) {
    int units = 0;
    if (in >> units) load.Add(channel, units);
  }
  return load;
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

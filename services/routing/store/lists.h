// Short lists in one text column. Names are slugs, so plain separators do.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "services/routing/domain/work.h"

namespace muara::routing::store {

std::string JoinWords(const std::vector<std::string>& words);  // "a b c"
std::vector<std::string> SplitWords(const std::string& text);
std::string JoinSkills(const std::vector<Skill>& skills);  // "german:3 billing:1"
std::vector<Skill> SplitSkills(const std::string& text);
// "german:3,2@60,0@300": the level, then each ring as level@seconds.
std::string JoinRequirements(const Requirements& requirements);
Requirements SplitRequirements(const std::string& text);
std::string JoinLoad(const Load& load);  // units of the channels 1 to 5
Load SplitLoad(const std::string& text);
std::string JoinTimes(const std::map<std::string, Time>& times);  // "agent:1772348400000000"
std::map<std::string, Time> SplitTimes(const std::string& text);

}  // namespace muara::routing::store

// Rules, conditions and actions as messages, and back. What a message leaves out or has unknown is
// refused by the domain, not here.
#pragma once

#include "muara/ticket/v1/canned_replies.pb.h"
#include "muara/ticket/v1/macros.pb.h"
#include "muara/ticket/v1/rules.pb.h"
#include "services/ticket/domain/rules/run.h"
#include "services/ticket/domain/rules/texts.h"

namespace muara::ticket::wire {

v1::Rule ToProto(const Rule& rule);
Rule FromProto(const v1::Rule& rule);
v1::RuleAction ToProto(const Action& action);
Action FromProto(const v1::RuleAction& action);
v1::RuleRun ToProto(const RuleRun& run);
v1::CannedReply ToProto(const CannedReply& reply);
v1::Macro ToProto(const Macro& macro);

template <class Actions>
std::vector<Action> ActionsOf(const Actions& actions) {
  std::vector<Action> out;
  for (const auto& one : actions) out.push_back(FromProto(one));
  return out;
}

}  // namespace muara::ticket::wire

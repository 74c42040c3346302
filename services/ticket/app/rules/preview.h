// What a rule would have done: asks it of past facts, or of the tickets whose time came, and
// changes nothing. Thread-safe.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "libs/bus/event_log.h"
#include "services/ticket/app/rules/rule_engine.h"

namespace muara::ticket {

constexpr int kPreviewFactsMax = 2000;    // looked at in one call
constexpr size_t kPreviewShownMax = 100;  // of matches, and of misses

struct PreviewSpan {
  Time from = {};
  Time until = {};
  TicketId ticket_id = {};  // of this one alone; empty: of all
};

// Where the next call goes on.
struct PreviewPlace {
  int part = 0;
  int64_t position = 0;     // 0: where the span begins
  TicketId ticket_id = {};  // of a schedule, whose position is a time that many may have
};

struct PreviewedFact {
  TicketId ticket_id = {};
  std::string reference = "";
  std::string fact = "";  // empty: a time
  std::string event_id = "";
  Time time = {};
};

struct PreviewMatch {
  PreviewedFact fact;
  bool guarded = false;
};

struct PreviewMiss {
  PreviewedFact fact;
  Failure failure;
};

struct PreviewResult {
  std::vector<PreviewMatch> matches = {};
  std::vector<PreviewMiss> misses = {};
  int match_count = 0;
  int miss_count = 0;
  int looked_at = 0;
  std::optional<PreviewPlace> next = {};  // nothing: all were looked at
};

class RulePreview {
 public:
  RulePreview(sql::Database& database, const bus::EventLog& log) : database_(database), log_(log) {}

  // Conditions look at the ticket as each fact told it; for a schedule at the ticket as it is now.
  Result<PreviewResult> Ask(const Rule& rule, const PreviewSpan& span, const PreviewPlace& place);

 private:
  Result<PreviewResult> AskLog(const Rule& rule, const PreviewSpan& span, PreviewPlace place);
  Result<PreviewResult> AskTicket(const Rule& rule, const PreviewSpan& span, int64_t after);
  Result<PreviewResult> AskSchedule(const Rule& rule, const PreviewSpan& span,
                                    const PreviewPlace& after);
  // False: it is not of the span any more.
  Result<bool> Look(const Rule& rule, const PreviewSpan& span, const std::string& bytes,
                    PreviewResult& result);
  muara::Status Judge(const Rule& rule, const PreviewedFact& fact, const Subject& subject,
                      PreviewResult& result);

  sql::Database& database_;
  const bus::EventLog& log_;
};

}  // namespace muara::ticket

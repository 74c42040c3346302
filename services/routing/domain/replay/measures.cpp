#include "services/routing/domain/replay/measures.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace muara::routing {
namespace {

using Span = std::pair<Time, Time>;

// The smallest that so many of a hundred do not exceed. `sorted` is not empty.
Duration Percentile(const std::vector<Duration>& sorted, int percent) {
  const size_t rank = (sorted.size() * static_cast<size_t>(percent) + 99) / 100;
  return sorted[std::max<size_t>(rank, 1) - 1];
}

void AddSpan(std::vector<Span>& spans, Time from, Time until, const History& history) {
  from = std::max(from, history.from), until = std::min(until, history.until);
  if (from < until) spans.emplace_back(from, until);
}

// In order, none touching another.
std::vector<Span> Joined(std::vector<Span> spans) {
  std::sort(spans.begin(), spans.end());
  std::vector<Span> joined;
  for (const Span& span : spans) {
    if (joined.empty() || span.first > joined.back().second) {
      joined.push_back(span);
    } else {
      joined.back().second = std::max(joined.back().second, span.second);
    }
  }
  return joined;
}

Duration LengthOf(const std::vector<Span>& joined) {
  Duration length(0);
  for (const auto& [from, until] : joined) length += until - from;
  return length;
}

// What two rows of joined spans share.
Duration Shared(const std::vector<Span>& a, const std::vector<Span>& b) {
  Duration shared(0);
  for (size_t i = 0, j = 0; i < a.size() && j < b.size();) {
    const Time from = std::max(a[i].first, b[j].first);
    const Time until = std::min(a[i].second, b[j].second);
    if (from < until) shared += until - from;
    a[i].second < b[j].second ? ++i : ++j;
  }
  return shared;
}

struct Spans {
  std::vector<Span> available;
  std::vector<Span> busy;
  int served = 0;
};

void AddAvailable(const History& history, std::map<std::string, Spans>& of) {
  std::map<std::string, Time> since;
  for (const AgentAt& told : history.agents) {
    const bool is_there = told.agent.TakesOffers();
    const auto was = since.find(told.agent.id);
    if (is_there && was == since.end()) since[told.agent.id] = told.time;
    if (is_there || was == since.end()) continue;
    AddSpan(of[told.agent.id].available, was->second, told.time, history);
    since.erase(was);
  }
  for (const auto& [id, time] : since) AddSpan(of[id].available, time, history.until, history);
}

}  // namespace

Measures Measure(const std::vector<WaitEnd>& ends, const std::vector<size_t>& visits,
                 Duration service_level) {
  Measures out;
  std::vector<Duration> waits;
  int in_time = 0, late = 0;
  for (const size_t at : visits) {
    const WaitEnd& end = ends[at];
    ++out.items;
    out.served += end.fate == Fate::kServed ? 1 : 0;
    out.gone += end.fate == Fate::kGone ? 1 : 0;
    out.waiting += end.fate == Fate::kWaits ? 1 : 0;
    out.expired += end.fate == Fate::kExpired ? 1 : 0;
    out.longest_wait = std::max(out.longest_wait, end.wait);
    if (end.wait > service_level) ++late;
    if (end.fate != Fate::kServed) continue;
    waits.push_back(end.wait);
    if (end.wait <= service_level) ++in_time;
  }
  if (in_time + late > 0) out.service_level = static_cast<double>(in_time) / (in_time + late);
  if (waits.empty()) return out;
  std::sort(waits.begin(), waits.end());
  out.mean_wait =
      std::accumulate(waits.begin(), waits.end(), Duration(0)) / static_cast<int64_t>(waits.size());
  out.p50_wait = Percentile(waits, 50);
  out.p90_wait = Percentile(waits, 90);
  out.p99_wait = Percentile(waits, 99);
  return out;
}

std::map<std::string, AgentMeasures> MeasureAgents(const History& history,
                                                   const std::vector<WaitEnd>& ends) {
  std::map<std::string, Spans> of;
  AddAvailable(history, of);
  for (const Hold& hold : history.holds) {
    AddSpan(of[hold.agent_id].busy, hold.from, hold.until, history);
  }
  for (const WaitEnd& end : ends) {
    if (end.fate != Fate::kServed || end.agent_id.empty()) continue;
    Spans& spans = of[end.agent_id];
    ++spans.served;
    AddSpan(spans.busy, end.time, end.end_time.value_or(history.until), history);
  }
  std::map<std::string, AgentMeasures> out;
  for (const auto& [id, spans] : of) {
    const auto available = Joined(spans.available);
    AgentMeasures one{.available = LengthOf(available),
                      .busy = Shared(available, Joined(spans.busy)),
                      .served = spans.served};
    if (one.available > Duration(0)) {
      one.occupancy =
          static_cast<double>(one.busy.count()) / static_cast<double>(one.available.count());
    }
    if (one.served > 0 || one.occupancy) out[id] = one;
  }
  return out;
}

}  // namespace muara::routing

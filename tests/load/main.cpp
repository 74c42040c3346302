// muara-load: drives a running system and prints what it measured as JSON; started by
// tests/load/run.
#include <cstdio>
#include <fstream>
#include <string>

#include "tests/load/bare.h"
#include "tests/load/journey.h"

namespace {

std::string Line(const char* name, const muara::load::Rate& rate) {
  char text[300];
  std::snprintf(text, sizeof text,
                "  \"%s\": {\"per_second\": %.1f, \"p50_ms\": %.3f, \"p99_ms\": %.3f, "
                "\"failed\": %lld},\n",
                name, rate.per_second, rate.p50_ms, rate.p99_ms,
                static_cast<long long>(rate.failed));
  return text;
}

std::string Line(const muara::load::Journey& journey) {
  char text[400];
  std::snprintf(text, sizeof text,
                "  \"journey\": {\"messages\": %d, \"missing\": %d, \"opened_p50_ms\": %.2f, "
                "\"opened_p99_ms\": %.2f, \"offered_p50_ms\": %.2f, \"offered_p99_ms\": %.2f}\n",
                journey.messages, journey.missing, journey.opened_p50_ms, journey.opened_p99_ms,
                journey.offered_p50_ms, journey.offered_p99_ms);
  return text;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 8) {
    std::fprintf(stderr, "muara-load TICKET GATEWAY TOKEN KEY_FILE SCRATCH_URL SECONDS THREADS\n");
    return 2;
  }
  std::string key;
  std::getline(std::ifstream(argv[4]) >> std::ws, key);
  const double seconds = std::stod(argv[6]);
  const int threads = std::stoi(argv[7]);
  muara::rpc::Client ticket(argv[1], muara::rpc::TokenKeys({key}),
                            {"services/load", {muara::rpc::Role::kService}});
  // The journey first: its queue is empty then, so that it measures the way and not the wait.
  const double per_second = 50;
  const int messages = static_cast<int>(std::min(900.0, per_second * seconds));
  const auto journey = muara::load::MeasureJourney(ticket, argv[2], argv[3], messages, per_second);
  const auto intake = muara::load::MeasureIntake(ticket, threads, seconds);
  const auto inserts = muara::load::MeasureInserts(argv[5], threads, seconds / 2);
  const auto echo = muara::load::MeasureEcho(threads, seconds / 2);
  std::printf("{\n%s%s%s%s}\n", Line("grpc_echo", echo).c_str(),
              Line("three_inserts", inserts).c_str(), Line("intake", intake).c_str(),
              Line(journey).c_str());
  return 0;
}

#include "tests/load/journey.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <condition_variable>
#include <map>
#include <mutex>

#include "libs/base/crypto.h"
#include "libs/base/id.h"
#include "muara/connector/v1/intake.pb.h"

namespace muara::load {
namespace {

using Steady = std::chrono::steady_clock;

connector::v1::SubmitRequest RequestFor(const std::string& name) {
  connector::v1::SubmitRequest request;
  auto* one = request.add_submissions();
  one->set_idempotency_key(name);
  one->set_payload_digest(ToHex(Sha256(name)));
  one->set_channel(connector::v1::CHANNEL_EMAIL);
  one->set_endpoint("support@muara.test");
  one->set_provider_message_id(name + "@load.example");
  one->mutable_sender()->set_kind(connector::v1::CONTACT_POINT_KIND_EMAIL);
  one->mutable_sender()->set_value(name + "@load.example");
  one->mutable_content()->set_subject(name);
  one->mutable_content()->set_text(std::string(600, 'x'));
  // Machines are not acknowledged: this measures the way in.
  one->set_origin(connector::v1::ORIGIN_AUTO_REPLY);
  return request;
}

bool Submit(rpc::Client& ticket, const std::string& name) {
  const auto response = ticket.Ask<connector::v1::SubmitResponse>(
      "muara.connector.v1.Intake/Submit", RequestFor(name), {.deadline_ms = 10000});
  return response.ok() && response->results(0).ticket_opened();
}

// One agent's GET /v1/events, read line by line; notes when a message's events came.
class EventReader {
 public:
  EventReader(const std::string& gateway, const std::string& token) {
    const size_t colon = gateway.rfind(':');
    socket_ = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<uint16_t>(std::stoi(gateway.substr(colon + 1))));
    inet_pton(AF_INET, gateway.substr(0, colon).c_str(), &address.sin_addr);
    CHECK(connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    const std::string request =
        "GET /v1/events?types=TicketOpened,WorkOffered HTTP/1.1\r\nHost: " + gateway +
        "\r\nAuthorization: Bearer " + token + "\r\n\r\n";
    CHECK(send(socket_, request.data(), request.size(), 0) == static_cast<ssize_t>(request.size()));
    thread_ = std::thread([this] { Read(); });
    std::unique_lock lock(mutex_);
    CHECK(changed_.wait_for(lock, std::chrono::seconds(10), [this] { return started_; }));
  }

  ~EventReader() {
    shutdown(socket_, SHUT_RDWR);
    thread_.join();
    close(socket_);
  }

  // When both events of all these names have come, or the limit is over.
  void WaitFor(size_t names, std::chrono::seconds limit) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, limit,
                      [&] { return opened_.size() >= names && offered_.size() >= names; });
  }
  std::map<std::string, Steady::time_point> opened() {
    const std::lock_guard lock(mutex_);
    return opened_;
  }
  std::map<std::string, Steady::time_point> offered() {
    const std::lock_guard lock(mutex_);
    return offered_;
  }

 private:
  void Read() {
    std::string pending;
    char buffer[65536];
    for (ssize_t size = 0; (size = recv(socket_, buffer, sizeof buffer, 0)) > 0;) {
      const auto now = Steady::now();
      pending.append(buffer, size);
      size_t from = 0;
      for (size_t to = 0; (to = pending.find('\n', from)) != std::string::npos; from = to + 1) {
        Note(pending.substr(from, to - from), now);
      }
      pending.erase(0, from);
    }
  }

  void Note(const std::string& line, Steady::time_point now) {
    const std::lock_guard lock(mutex_);
    started_ = started_ || line.starts_with("id:");
    const size_t subject = line.find("\"subject\":\"journey-");
    if (line.starts_with("data:") && subject != std::string::npos) {
      const size_t from = subject + 11;
      const std::string name = line.substr(from, line.find('"', from) - from);
      const bool offer = line.find(".WorkOffered\"") != std::string::npos;
      (offer ? offered_ : opened_).emplace(name, now);
    }
    changed_.notify_all();
  }

  int socket_ = -1;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool started_ = false;
  std::map<std::string, Steady::time_point> opened_;
  std::map<std::string, Steady::time_point> offered_;
  std::thread thread_;
};

std::vector<double> Times(const std::map<std::string, Steady::time_point>& sent,
                          const std::map<std::string, Steady::time_point>& seen) {
  std::vector<double> times;
  for (const auto& [name, when] : sent) {
    const auto found = seen.find(name);
    if (found == seen.end()) continue;
    times.push_back(std::chrono::duration<double, std::milli>(found->second - when).count());
  }
  return times;
}

}  // namespace

Rate MeasureIntake(rpc::Client& ticket, int threads, double seconds) {
  const std::string run = NewUuid();
  return Repeat(threads, seconds, [&](int thread, int n) {
    return Submit(ticket, "intake-" + run + "-" + std::to_string(thread) + "-" + std::to_string(n));
  });
}

Journey MeasureJourney(rpc::Client& ticket, const std::string& gateway, const std::string& token,
                       int messages, double per_second) {
  EventReader reader(gateway, token);
  std::map<std::string, Steady::time_point> sent;
  const auto begin = Steady::now();
  for (int i = 0; i < messages; ++i) {
    std::this_thread::sleep_until(begin + std::chrono::duration_cast<Steady::duration>(
                                              std::chrono::duration<double>(i / per_second)));
    const std::string name = "journey-" + NewUuid();
    sent[name] = Steady::now();
    if (!Submit(ticket, name)) sent.erase(name);
  }
  // Only what never comes is missing.
  reader.WaitFor(sent.size(), std::chrono::seconds(60));
  const auto opened = Times(sent, reader.opened());
  const auto offered = Times(sent, reader.offered());
  return {messages,
          messages - static_cast<int>(std::min(opened.size(), offered.size())),
          Percentile(opened, 0.5),
          Percentile(opened, 0.99),
          Percentile(offered, 0.5),
          Percentile(offered, 0.99)};
}

}  // namespace muara::load

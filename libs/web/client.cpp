#include "libs/web/client.h"

#include <curl/curl.h>
#include <netinet/in.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "libs/base/check.h"

namespace muara::web {
namespace {

struct CleanUp {
  void operator()(CURL* curl) const { curl_easy_cleanup(curl); }
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
  void operator()(char* text) const { curl_free(text); }
};
using Easy = std::unique_ptr<CURL, CleanUp>;
using Url = std::unique_ptr<CURLU, CleanUp>;
using List = std::unique_ptr<curl_slist, CleanUp>;

// A URL as libcurl reads it, so that what is judged is what is called.
struct Target {
  Url url;
  std::string scheme;
  std::string host;
  int port = 0;
};

Error BadUrl(const char* problem) {
  return MakeError(Code::kInvalidArgument, "BAD_URL", std::string("the URL ") + problem);
}

Error Refused() {
  return MakeError(Code::kPermissionDenied, "TARGET_REFUSED",
                   "the address is not one that may be called");
}

std::string Part(CURLU* url, CURLUPart part) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, CURLU_DEFAULT_PORT) != CURLUE_OK) return "";
  const std::unique_ptr<char, CleanUp> owned(text);
  return text;
}

Result<Target> Read(const std::string& text) {
  if (text.empty() || text.size() > kUrlBytesMax) return BadUrl("is not 1 to 2048 bytes");
  // libcurl would read no further than this.
  if (text.find('\0') != std::string::npos) return BadUrl("cannot be read");
  Target target{.url = Url(curl_url())};
  CHECK(target.url != nullptr);
  const CURLUcode code = curl_url_set(target.url.get(), CURLUPART_URL, text.c_str(), 0);
  if (code != CURLUE_OK) return BadUrl("cannot be read, or is not one of https");
  target.scheme = Part(target.url.get(), CURLUPART_SCHEME);
  if (target.scheme != "https" && target.scheme != "http") return BadUrl("is not one of https");
  if (!Part(target.url.get(), CURLUPART_USER).empty() ||
      !Part(target.url.get(), CURLUPART_PASSWORD).empty()) {
    return BadUrl("has a name or a password");
  }
  if (!Part(target.url.get(), CURLUPART_ZONEID).empty()) return BadUrl("names an interface");
  target.host = Part(target.url.get(), CURLUPART_HOST);
  target.port = std::atoi(Part(target.url.get(), CURLUPART_PORT).c_str());
  if (target.host.empty() || target.port == 0) return BadUrl("names no host");
  return target;
}

bool MayConnect(const Target& target, const Address& address, int port,
                const Allowances& allowances) {
  if (allowances.HasAddress(address, port)) return true;
  if (allowances.HasHost(target.host, port)) return true;
  return target.scheme == "https" && IsPublic(address);
}

Status Judge(const Target& target, const Allowances& allowances) {
  if (const auto address = ParseAddress(target.host)) {
    if (MayConnect(target, *address, target.port, allowances)) return Ok();
    return Refused();
  }
  // A name may lead into an allowed network: that is seen when it is connected to.
  const bool may_be_plain =
      allowances.HasHost(target.host, target.port) || allowances.has_networks();
  if (target.scheme == "http" && !may_be_plain) return BadUrl("is not one of https");
  return Ok();
}

// One call on its way, as libcurl's callbacks see it.
struct Transfer {
  const Target& target;
  const ClientOptions& options;
  const std::atomic<bool>& stopping;
  int connects = 0;
  int refusals = 0;
  size_t head_bytes = 0;
  bool body_cut = false;
  Answer answer;
};

int PortOf(const sockaddr& address) {
  const auto port = address.sa_family == AF_INET6
                        ? reinterpret_cast<const sockaddr_in6&>(address).sin6_port
                        : reinterpret_cast<const sockaddr_in&>(address).sin_port;
  return ntohs(port);
}

// Asked for every address that libcurl is about to connect to.
curl_socket_t OpenSocket(void* user, curlsocktype, curl_sockaddr* to) {
  auto& transfer = *static_cast<Transfer*>(user);
  const auto address = AddressOf(to->addr);
  if (!address ||
      !MayConnect(transfer.target, *address, PortOf(to->addr), transfer.options.allowances)) {
    ++transfer.refusals;
    return CURL_SOCKET_BAD;
  }
  ++transfer.connects;
  return socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
}

size_t HearHead(char*, size_t size, size_t count, void* user) {
  auto& transfer = *static_cast<Transfer*>(user);
  transfer.head_bytes += size * count;
  return transfer.head_bytes > transfer.options.head_bytes_max ? 0 : size * count;
}

size_t HearBody(char* bytes, size_t size, size_t count, void* user) {
  auto& transfer = *static_cast<Transfer*>(user);
  std::string& body = transfer.answer.body;
  const size_t room = transfer.options.body_bytes_max - body.size();
  body.append(bytes, std::min(room, size * count));
  if (size * count <= room) return size * count;
  transfer.body_cut = true;
  return 0;
}

int HearTime(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<Transfer*>(user)->stopping ? 1 : 0;
}

Error Failure(CURLcode code, const Transfer& transfer) {
  const auto away = [](const char* reason, const char* message) {
    return MakeError(Code::kUnavailable, reason, message);
  };
  if (transfer.refusals > 0 && transfer.connects == 0) return Refused();
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
      return away("NAME_NOT_FOUND", "the name is not known");
    case CURLE_COULDNT_CONNECT:
      return away("CONNECT_FAILED", "nobody takes connections there");
    case CURLE_OPERATION_TIMEDOUT:
      return away("TIMED_OUT", "no answer in time");
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS:
      return away("TLS_FAILED", "the certificate or the handshake is not good");
    case CURLE_ABORTED_BY_CALLBACK:
      return away("STOPPING", "we are stopping");
    case CURLE_GOT_NOTHING:
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
    case CURLE_PARTIAL_FILE:
      return away("CONNECTION_LOST", "the connection ended within the answer");
    default:
      return away("BAD_ANSWER", "the answer is not one of HTTP");
  }
}

void SetTransfer(CURL* curl, Transfer& transfer) {
  curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, OpenSocket);
  curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, &transfer);
  curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, HearHead);
  curl_easy_setopt(curl, CURLOPT_HEADERDATA, &transfer);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, HearBody);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &transfer);
  curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, HearTime);
  curl_easy_setopt(curl, CURLOPT_XFERINFODATA, &transfer);
}

void SetLimits(CURL* curl, const ClientOptions& options, int total_ms) {
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(curl, CURLOPT_PROXY, "");  // not even that of the environment
  curl_easy_setopt(curl, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  curl_easy_setopt(curl, CURLOPT_FORBID_REUSE, 1L);
  curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
  curl_easy_setopt(curl, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  if (!options.ca_file.empty()) {
    curl_easy_setopt(curl, CURLOPT_CAINFO, options.ca_file.c_str());
    curl_easy_setopt(curl, CURLOPT_CAPATH, nullptr);
  }
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(total_ms));
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS,
                   static_cast<long>(std::min(total_ms, options.connect_ms_max)));
}

List HeadersOf(const Call& call) {
  List list;
  const auto add = [&](const std::string& line) {
    curl_slist* longer = curl_slist_append(list.get(), line.c_str());
    CHECK(longer != nullptr);
    static_cast<void>(list.release());
    list.reset(longer);
  };
  for (const auto& [name, value] : call.headers) {
    CHECK((name + value).find_first_of("\r\n") == std::string::npos);
    add(name + ": " + value);
  }
  add("Connection: close");
  add("Expect:");
  return list;
}

}  // namespace

Status CheckUrl(const std::string& url, const Allowances& allowances) {
  ASSIGN_OR_RETURN(const Target target, Read(url));
  return Judge(target, allowances);
}

Client::Client(ClientOptions options) : options_(std::move(options)) {
  CHECK(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK);
}

Client::~Client() { curl_global_cleanup(); }

Result<Answer> Client::Post(const Call& call) {
  ASSIGN_OR_RETURN(const Target target, Read(call.url));
  RETURN_IF_ERROR(Judge(target, options_.allowances));
  const Easy easy(curl_easy_init());
  CHECK(easy != nullptr);
  Transfer transfer{.target = target, .options = options_, .stopping = stopping_};
  const int total_ms = call.total_ms_max > 0 ? std::min(call.total_ms_max, options_.total_ms_max)
                                             : options_.total_ms_max;
  SetLimits(easy.get(), options_, total_ms);
  SetTransfer(easy.get(), transfer);
  const List headers = HeadersOf(call);
  curl_easy_setopt(easy.get(), CURLOPT_CURLU, target.url.get());
  curl_easy_setopt(easy.get(), CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(easy.get(), CURLOPT_POST, 1L);
  curl_easy_setopt(easy.get(), CURLOPT_POSTFIELDS, call.body.data());
  curl_easy_setopt(easy.get(), CURLOPT_POSTFIELDSIZE_LARGE,
                   static_cast<curl_off_t>(call.body.size()));
  const CURLcode code = stopping_ ? CURLE_ABORTED_BY_CALLBACK : curl_easy_perform(easy.get());
  const bool whole = code == CURLE_OK || (code == CURLE_WRITE_ERROR && transfer.body_cut);
  if (!whole) return Failure(code, transfer);
  long status = 0;
  curl_off_t retry_after_s = 0;
  curl_easy_getinfo(easy.get(), CURLINFO_RESPONSE_CODE, &status);
  curl_easy_getinfo(easy.get(), CURLINFO_RETRY_AFTER, &retry_after_s);
  transfer.answer.status = static_cast<int>(status);
  transfer.answer.retry_after_s = std::max<int64_t>(0, retry_after_s);
  return transfer.answer;
}

}  // namespace muara::web

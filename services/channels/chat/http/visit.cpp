#include "services/channels/chat/http/visit.h"

#include <algorithm>

#include "libs/log/log.h"

namespace muara::chat {
namespace {

constexpr uint16_t kPolicyViolation = 1008;
constexpr Duration kHelloMax = std::chrono::seconds(10);
constexpr int64_t kTryAgainMs = 2000;

Error TooMuch(const char* reason, const char* detail, int64_t retry_after_ms) {
  Error error = MakeError(Code::kResourceExhausted, reason, detail);
  error.retry_after_ms = retry_after_ms;
  return error;
}

}  // namespace

void Visit::OnText(const std::string& text) {
  if (socket_->closed()) return;
  if (const int64_t wait_ms = frames_.Take("", reception_.clock.Now()); wait_ms > 0) {
    return End(TooMuch("TOO_MANY_FRAMES", "this socket sends too much", wait_ms));
  }
  const Result<wire::ClientFrame> frame = wire::ReadFrame(text);
  if (!frame.ok()) return Tell(frame.error());
  std::visit([this](const auto& read) { On(read); }, *frame);
}

void Visit::OnClose() {
  if (listener_ != nullptr) reception_.feed.Leave(listener_);
}

bool Visit::IsSilent(Time now) const { return !welcomed_ && now - opened_ > kHelloMax; }

void Visit::EndSilence() {
  End(MakeError(Code::kDeadlineExceeded, "HELLO_TIMEOUT", "no hello came in time"));
}

void Visit::On(const wire::Hello& hello) {
  if (welcomed_) {
    return Tell(MakeError(Code::kFailedPrecondition, "ALREADY_WELCOME", "one hello is enough"));
  }
  const Result<Opened> opened = Open(hello);
  if (!opened.ok()) return Tell(opened.error());
  if (Listen(*opened, hello.seen)) return;
  End(TooMuch("TOO_MANY_TABS", "this chat is open in too many places", kTryAgainMs));
}

Result<Opened> Visit::Open(const wire::Hello& hello) {
  RETURN_IF_ERROR(CheckPerson(hello.name, hello.email));
  if (!hello.session.empty()) {
    return reception_.conversations.Resume(hello.session, hello.token, hello.name, hello.email);
  }
  const int64_t wait_ms = reception_.limits.address_sessions.Take(address_, reception_.clock.Now());
  if (wait_ms > 0) {
    return TooMuch("TOO_MANY_SESSIONS", "too many new chats from this address", wait_ms);
  }
  return reception_.conversations.Begin(hello.name, hello.email);
}

bool Visit::Listen(const Opened& opened, int64_t seen) {
  // The listener keeps no visit alive, only the socket.
  Outlet outlet{[socket = socket_](std::string frame) { return socket->Send(std::move(frame)); },
                [socket = socket_] { return socket->outbox().pending_bytes(); }};
  auto listener = std::make_shared<Listener>(opened.session.id, std::move(outlet));
  if (!reception_.feed.Follow(listener)) return false;
  session_ = opened.session;
  listener_ = std::move(listener);
  welcomed_ = true;
  const Resumption resumption = Resume(seen, session_.head);
  std::vector<std::string> frames = {wire::WelcomeFrame(session_, opened.token)};
  if (resumption.resync) frames.push_back(wire::ResyncFrame(resumption.after + 1));
  listener_->Open(frames, resumption.after);
  // What fails here the feed's next poll does.
  const Status told = listener_->CatchUp(reception_.database);
  if (!told.ok()) log::Failed("the replay waits", told.error());
  return true;
}

Status Visit::CheckSay(const wire::Say& say) const {
  RETURN_IF_ERROR(CheckCid(say.cid));
  RETURN_IF_ERROR(CheckText(say.text, kTextBytesMax));
  if (welcomed_) return Ok();
  return MakeError(Code::kFailedPrecondition, "HELLO_FIRST", "say hello before anything else");
}

int64_t Visit::WaitBeforeSaying() {
  const Time now = reception_.clock.Now();
  const int64_t session_ms = reception_.limits.session_messages.Take(session_.id, now);
  return session_ms > 0 ? session_ms : reception_.limits.address_messages.Take(address_, now);
}

void Visit::On(const wire::Say& say) {
  const Status fits = CheckSay(say);
  if (!fits.ok()) return Tell(fits.error(), CheckCid(say.cid).ok() ? say.cid : "");
  if (const int64_t wait_ms = WaitBeforeSaying(); wait_ms > 0) {
    return TellLater(say.cid, "TOO_MANY_MESSAGES", wait_ms);
  }
  Submit(say);
}

void Visit::Submit(const wire::Say& say) {
  listener_->Expect(say.cid);
  const Result<Message> said = reception_.conversations.Say(session_, say.cid, say.text);
  if (said.ok()) {
    listener_->Stored(*said);
    const Status told = listener_->CatchUp(reception_.database);
    if (!told.ok()) log::Failed("an ack waits", told.error());
    return;
  }
  listener_->Unexpect(say.cid);
  const Error& error = said.error();
  if (error.code == Code::kInvalidArgument || error.code == Code::kAlreadyExists) {
    return Tell(error, say.cid);
  }
  TellLater(say.cid, "TRY_AGAIN", std::max(error.retry_after_ms, kTryAgainMs));
}

// The store's own words stay in our log.
void Visit::Tell(const Error& error, const std::string& cid) {
  Error told = error;
  if (error.code == Code::kUnavailable || error.code == Code::kInternal ||
      error.code == Code::kAborted) {
    log::Failed("a frame was not carried out", error);
    told = TooMuch("TRY_AGAIN", "not now, try again later", kTryAgainMs);
  }
  reception_.metrics.Count("muara_chat_errors_total", {{"reason", told.reason}});
  socket_->Send(wire::ErrorFrame(told, cid));
}

void Visit::TellLater(const std::string& cid, const std::string& reason, int64_t retry_after_ms) {
  reception_.metrics.Count("muara_chat_nacks_total", {{"reason", reason}});
  socket_->Send(wire::NackFrame(cid, reason, retry_after_ms));
}

void Visit::End(const Error& error) {
  Tell(error);
  socket_->Close(kPolicyViolation, error.reason);
}

}  // namespace muara::chat

#include "services/channels/email/mime/mail_parser.h"

#include <pthread.h>

#include <functional>

#include "services/channels/email/mime/gmime_handle.h"
#include "services/channels/email/mime/mail_reader.h"
#include "services/channels/email/mime/screen.h"

namespace muara::email {
namespace {

// Address space only: the kernel gives pages as they are touched.
constexpr size_t kStackBytes = 64 * 1024 * 1024;

void* RunFunction(void* function) {
  (*static_cast<std::function<void()>*>(function))();
  return nullptr;
}

Status RunOnLargeStack(std::function<void()> function) {
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, kStackBytes);
  pthread_t thread;
  const int failed = pthread_create(&thread, &attributes, RunFunction, &function);
  pthread_attr_destroy(&attributes);
  if (failed != 0) {
    return MakeError(Code::kUnavailable, "NO_THREAD", "no thread could be started for a mail");
  }
  pthread_join(thread, nullptr);
  return Ok();
}

}  // namespace

MailParser::MailParser(Identity identity) : identity_(std::move(identity)) { StartGMime(); }

Result<ParsedMail> MailParser::Parse(std::string_view raw, const Envelope& envelope) const {
  ParsedMail mail;
  RETURN_IF_ERROR(RunOnLargeStack([&] {
    Screened screened = Screen(raw);
    mail = ReadMail(screened.bytes);
    mail.defects.insert(mail.defects.begin(), screened.defects.begin(), screened.defects.end());
    Understand(mail, envelope, identity_);
  }));
  return mail;
}

}  // namespace muara::email

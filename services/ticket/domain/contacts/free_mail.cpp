// Where anyone may have an address, so that it says nothing of who they work for.
#include <algorithm>
#include <string_view>

#include "services/ticket/domain/contacts/account.h"

namespace muara::ticket {
namespace {

constexpr std::string_view kFreeMail[] = {
    "126.com",        "139.com",       "163.com",        "aol.com",        "att.net",
    "bigpond.com",    "comcast.net",   "duck.com",       "email.com",      "fastmail.com",
    "fastmail.fm",    "foxmail.com",   "free.fr",        "gmail.com",      "gmx.at",
    "gmx.ch",         "gmx.com",       "gmx.de",         "gmx.net",        "googlemail.com",
    "hey.com",        "hotmail.co.uk", "hotmail.com",    "hotmail.de",     "hotmail.fr",
    "hotmail.it",     "hushmail.com",  "icloud.com",     "inbox.com",      "laposte.net",
    "libero.it",      "live.co.uk",    "live.com",       "live.nl",        "mac.com",
    "mail.com",       "mail.ru",       "mailbox.org",    "me.com",         "msn.com",
    "naver.com",      "orange.fr",     "outlook.co.id",  "outlook.com",    "outlook.de",
    "outlook.fr",     "plasa.com",     "pm.me",          "posteo.de",      "proton.me",
    "protonmail.com", "qq.com",        "rediffmail.com", "rocketmail.com", "seznam.cz",
    "sina.com",       "t-online.de",   "telkom.net",     "tuta.io",        "tutanota.com",
    "verizon.net",    "wanadoo.fr",    "web.de",         "yahoo.ca",       "yahoo.co.id",
    "yahoo.co.in",    "yahoo.co.jp",   "yahoo.co.uk",    "yahoo.com",      "yahoo.com.au",
    "yahoo.com.br",   "yahoo.com.sg",  "yahoo.de",       "yahoo.es",       "yahoo.fr",
    "yahoo.it",       "yandex.com",    "yandex.ru",      "yeah.net",       "ymail.com",
    "zoho.com",       "zohomail.com"};

}  // namespace

bool IsFreeMail(const std::string& domain) {
  return std::any_of(std::begin(kFreeMail), std::end(kFreeMail), [&](std::string_view one) {
    return domain == one || domain.ends_with("." + std::string(one));
  });
}

}  // namespace muara::ticket

// Runs the parser over mails that others collected (the folder in MUARA_CORPUS), prints a score and
// holds it to a floor. Registered only where that variable is set.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>

#include "libs/base/text.h"
#include "services/channels/email/domain/visible_text.h"
#include "services/channels/email/mime/mail_parser.h"

namespace muara::email {
namespace {

namespace fs = std::filesystem;

fs::path Corpus() { return std::getenv("MUARA_CORPUS"); }

std::string ReadFile(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::vector<fs::path> FilesUnder(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

MailParser MakeParser() {
  Result<ReplyTokens> tokens = ReplyTokens::Create({{1, std::string(32, 'k')}});
  return MailParser({*tokens, "mail.example.com"});
}

ParsedMail Parse(const std::string& raw) {
  Result<ParsedMail> mail = MakeParser().Parse(raw, {});
  CHECK(mail.ok());
  return *mail;
}

bool AllTextIsClean(const ParsedMail& mail) {
  std::vector<std::string> texts = {mail.text, mail.html, mail.visible_text, mail.subject,
                                    mail.message_id};
  for (const auto* list : {&mail.from, &mail.to, &mail.cc, &mail.reply_to}) {
    for (const Mailbox& mailbox : *list) {
      texts.push_back(mailbox.name);
      texts.push_back(mailbox.address);
    }
  }
  for (const Attachment& attachment : mail.attachments) texts.push_back(attachment.file_name);
  return std::all_of(texts.begin(), texts.end(), [](const std::string& text) {
    return IsUtf8(text) && text.find('\0') == std::string::npos;
  });
}

void Report(const std::string& what, size_t good, size_t all) {
  std::cout << "[  SCORE   ] " << what << ": " << good << " of " << all << "\n";
}

TEST(Corpus, EveryMailIsReadWhateverItIs) {
  size_t all = 0;
  size_t with_words = 0;
  for (const char* folder : {"mime", "reply", "bounce", "spamassassin"}) {
    for (const fs::path& path : FilesUnder(Corpus() / folder)) {
      const ParsedMail mail = Parse(ReadFile(path));
      EXPECT_TRUE(AllTextIsClean(mail)) << path;
      ++all;
      if (!mail.text.empty() || !mail.attachments.empty()) ++with_words;
    }
  }
  Report("files read without a crash", all, all);
  Report("of them with text or attachments", with_words, all);
  EXPECT_GT(all, 700u);
}

TEST(Corpus, BouncesAreKnownAsMachines) {
  std::map<Origin, size_t> origins;
  size_t with_id = 0;
  const auto files = FilesUnder(Corpus() / "bounce/sisimai-bsd");
  for (const fs::path& path : files) {
    const ParsedMail mail = Parse(ReadFile(path));
    ++origins[mail.origin];
    if (!mail.bounced_message_id.empty()) ++with_id;
    if (mail.origin != Origin::kBounce) {
      std::cout << "  " << path.filename().string() << " is " << static_cast<int>(mail.origin)
                << " " << mail.subject << "\n";
    }
  }
  Report("bounces classified as bounce", origins[Origin::kBounce], files.size());
  Report("bounces not taken for a person", files.size() - origins[Origin::kHuman], files.size());
  Report("bounces that name the returned mail", with_id, files.size());
  EXPECT_LE(origins[Origin::kHuman], files.size() / 50);
}

TEST(Corpus, PeopleAreNotTakenForBounces) {
  for (const char* folder : {"bounce/sisimai-not-bounce", "spamassassin/ham"}) {
    std::map<Origin, size_t> origins;
    const auto files = FilesUnder(Corpus() / folder);
    for (const fs::path& path : files) {
      const ParsedMail mail = Parse(ReadFile(path));
      ++origins[mail.origin];
      if (mail.origin == Origin::kBounce || mail.origin == Origin::kAutoReply) {
        std::cout << "  " << path.filename().string() << " " << mail.subject << " ";
        for (const auto& line : mail.origin_evidence) std::cout << line << "; ";
        std::cout << "\n";
      }
    }
    Report(std::string(folder) + " human or bulk", origins[Origin::kHuman] + origins[Origin::kBulk],
           files.size());
    EXPECT_LE(origins[Origin::kBounce], files.size() / 50);
  }
}

TEST(Corpus, RepliesOfCommonProgramsShowOnlyWhatIsNew) {
  size_t good = 0;
  size_t all = 0;
  for (const fs::path& path : FilesUnder(Corpus() / "reply/talon/standard_replies")) {
    if (path.extension() != ".eml") continue;
    const ParsedMail mail = Parse(ReadFile(path));
    ++all;
    if (mail.visible_text == "Hello") {
      ++good;
    } else {
      std::cout << "  " << path.filename().string() << ": " << mail.visible_text << "\n";
    }
  }
  Report("talon standard replies", good, all);
  EXPECT_GE(good + 1, all);
}

struct Expected {
  const char* file;
  const char* contains;
  const char* not_contains;
};

TEST(Corpus, RepliesInTextFilesShowOnlyWhatIsNew) {
  const std::vector<Expected> cases = {
      {"correct_sig", "correct -- signature", "rick"},
      {"email_1_1", "clear a Riak bucket", "riak-users"},
      {"email_1_2", "would do it", "What is the best way"},
      {"email_1_3", "Oh thanks", "Russell"},
      {"email_1_4", "Awesome!", "defunkt"},
      {"email_1_5", "This is a paragraph", "nothing"},
      {"email_1_6", "proper rendering", "Corey"},
      {"email_1_7", ":+1:", "Steps 0-2"},
      {"email_1_8", "I will reply under this one", "my signature"},
      {"email_1_8", "and under this", "sugar@example.com"},
      {"email_2_1", "Outlook with a reply", "mailto"},
      {"email_2_2", "directly above line", "John S. Greene"},
      {"email_2_3", "directly above line", "A new comment"},
      {"email_BlackBerry", "another email", "BlackBerry"},
      {"email_bullets", "how about bullets", "Joe Smith"},
      {"email_iPhone", "another email", "iPhone"},
      {"email_multi_word_sent_from_my_mobile_device", "another email", "Verizon"},
      {"email_one_is_not_on", "when I run...", "Dave Tapley"},
      {"email_sent_from_my_not_signature", "Sent from my desk", "nothing"},
  };
  size_t good = 0;
  for (const Expected& one : cases) {
    const fs::path path =
        Corpus() / "reply/github-email_reply_parser" / (std::string(one.file) + ".txt");
    const std::string visible = VisibleText(ReadFile(path));
    const bool right = visible.find(one.contains) != std::string::npos &&
                       visible.find(one.not_contains) == std::string::npos;
    if (right) ++good;
    if (!right) std::cout << "  " << one.file << ": " << visible << "\n";
  }
  Report("github replies", good, cases.size());
  EXPECT_EQ(good, cases.size());
}

// The reference decodes each text part into a file of its own: <name>_decoded_1_2.txt.
TEST(Corpus, TextPartsAreFoundAsTheReferenceFindsThem) {
  size_t good = 0;
  size_t all = 0;
  for (const fs::path& path : FilesUnder(Corpus() / "mime/mime4j-testmsgs")) {
    if (path.extension() != ".msg") continue;
    const ParsedMail mail = Parse(ReadFile(path));
    std::string found = mail.text + mail.html;
    for (const Attachment& attachment : mail.attachments) found += CleanText(attachment.bytes);
    const std::string stem = path.stem().string() + "_decoded_";
    for (const fs::path& part : FilesUnder(path.parent_path())) {
      if (part.extension() != ".txt" || !part.filename().string().starts_with(stem)) continue;
      ++all;
      const std::string expected = CleanText(ReadFile(part));
      const bool right = found.find(std::string(Trim(expected))) != std::string::npos;
      if (right) ++good;
      if (!right) std::cout << "  " << part.filename().string() << "\n";
    }
  }
  Report("text parts as decoded by the reference", good, all);
  EXPECT_GT(good, all / 2);
}

}  // namespace
}  // namespace muara::email

// Erasing a person: no table, no fact and no copy of one holds their words or points afterwards,
// and what is counted and how it hangs together is what it was.
#include "services/ticket/app/contacts/erasures.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "libs/bus/publisher.h"
#include "libs/testing/eventually.h"
#include "muara/ticket/v1/facts.pb.h"
#include "muara/ticket/v1/originals.pb.h"
#include "services/ticket/app/bulk/bulk_edits.h"
#include "services/ticket/app/ticket_fixture.h"

namespace muara::ticket {
namespace {

using testing::Eventually;

constexpr const char* kWord = "qzcanary";
constexpr const char* kAddress = "sari.qzaddress@home.test";

class ErasuresTest : public TicketTest {
 protected:
  void SetUp() override {
    TicketTest::SetUp();
    for (const FieldEntity entity : {FieldEntity::kTicket, FieldEntity::kContact}) {
      for (const auto& [key, type] :
           {std::pair("memo", FieldType::kText), std::pair("amount", FieldType::kNumber)}) {
        CustomField field;
        field.entity = entity;
        field.key = key;
        field.label = "Label";
        field.type = type;
        ASSERT_TRUE(custom_fields_->Put(Admin(), field).ok());
      }
    }
  }

  // Everything a mail can bring, full of the word.
  Submission WordyMail(const std::string& from = kAddress) {
    Submission mail = Mail(from, "I am qzcanary and write from here");
    mail.payload_digest = std::string(64, '0');  // of the whole mail
    mail.content.subject = "qzcanary printer";
    mail.content.html = "<p>qzcanary</p>";
    mail.content.visible_text = "qzcanary visible";
    mail.sender.display_name = "Name qzcanary";
    mail.content.attachments.push_back(Uploaded("%PDF-1.", "qzcanary.pdf"));
    mail.claims.push_back({PointKind::kPhone, "+62qzaddress", ""});
    mail.provider_message_id = "<" + std::to_string(++ids_) + ".qzaddress@home.test>";
    mail.references.push_back("<0.qzaddress@home.test>");
    mail.evidence.push_back("header qzcanary");
    mail.raw_reference = "spool/" + std::to_string(ids_);
    return mail;
  }
  // Opens a ticket and does to it all that takes words.
  TicketId WordyTicket() {
    const TicketId id = Take(WordyMail()).ticket_id;
    Into(id, Status::kOpen);
    Outgoing reply;
    reply.text = "dear qzcanary, you wrote";
    EXPECT_TRUE(tickets_->Reply(Of(id), reply).ok());
    EXPECT_TRUE(tickets_->Note(Of(id), "qzcanary called").ok());
    EXPECT_TRUE(tickets_->Flag(Of(id), {"qzcanary is upset"}).ok());
    Update update;
    update.subject = "Printer of qzcanary";
    update.fields = {{"memo", FieldType::kText, "qzcanary"}, {"amount", FieldType::kNumber, "", 3}};
    EXPECT_TRUE(tickets_->Set(Of(id), update).ok());
    return id;
  }
  ContactId ContactOf(const TicketId& id) { return Get(id).contact_id; }
  void KnowMuchOf(const ContactId& id) {
    ContactUpdate update;
    update.display_name = "Sari qzcanary";
    update.language = "id";
    update.add_tags = {"qzcanary"};
    update.fields = {{"memo", FieldType::kText, "qzcanary"}};
    ASSERT_TRUE(contacts_->Set(OfContact(id), update).ok());
    ASSERT_TRUE(contact_notes_->Add(OfContact(id), "qzcanary is nice").ok());
    ASSERT_TRUE(
        contact_points_->Add(OfContact(id), {PointKind::kPhone, "+6281qzaddress", "qzcanary"})
            .ok());
  }
  Result<Erasure> Ask(const ContactId& id) { return erasures_->Begin(OfContact(id)); }
  void Work() {
    for (int i = 0; i < 1000; ++i) {
      const auto worked = erasures_->Step();
      ASSERT_TRUE(worked.ok()) << worked.error().message;
      if (!*worked) break;
    }
    Index();
  }
  void Index() {
    clock_.Advance(std::chrono::minutes(1));
    while (*search_index_->Refresh() > 0) {
    }
  }
  void Erase(const ContactId& id) {
    Index();
    const auto asked = Ask(id);
    ASSERT_TRUE(asked.ok()) << asked.error().message;
    Work();
  }
  void ExpectGone() {
    for (const std::string word : {kWord, "qzaddress"}) {
      const auto holding = Holding(word);
      EXPECT_TRUE(holding.empty()) << word << " is in " << ::testing::PrintToString(holding);
    }
  }

  int ids_ = 0;
};

TEST_P(ErasuresTest, NothingOfThemIsLeftInAnyTable) {
  const TicketId id = WordyTicket();
  const TicketId second = WordyTicket();
  Close(second);
  const ContactId contact = ContactOf(id);
  KnowMuchOf(contact);
  BulkEdits edits(*database_, *journal_, clock_, *policies_);
  Action tag{ActionKind::kAddTags};
  tag.tags = {"spring"};
  ASSERT_TRUE(edits.Create(bus::KeyFor("bulk"), {{}, {tag}, "agents/9", "spring"}).ok());
  while (*edits.Step()) {
  }
  const auto held = Holding(kWord);
  EXPECT_NE(std::find(held.begin(), held.end(), "bulk_item.before_edit"), held.end());
  EXPECT_GT(held.size(), 10u) << "the test looks where there is something";
  EXPECT_GT(Holding("qzaddress").size(), 4u);
  const auto before = Facts(id.value);
  Erase(contact);
  ExpectGone();
  const auto after = Facts(id.value);
  ASSERT_EQ(after.size(), before.size());
  for (size_t i = 0; i < after.size(); ++i) {
    EXPECT_EQ(after[i].id, before[i].id);
    EXPECT_EQ(after[i].type, before[i].type);
    EXPECT_EQ(after[i].key_version, before[i].key_version);
    EXPECT_EQ(after[i].time, before[i].time);
  }
  v1::TicketOpened was, is;
  ASSERT_TRUE(was.ParseFromString(before[0].data) && is.ParseFromString(after[0].data));
  EXPECT_EQ(is.ticket().id(), was.ticket().id());
  EXPECT_EQ(is.ticket().contact_id(), was.ticket().contact_id());
  EXPECT_EQ(is.ticket().status(), was.ticket().status());
  EXPECT_EQ(is.interaction().sequence(), was.interaction().sequence());
  EXPECT_EQ(is.interaction().create_time().seconds(), was.interaction().create_time().seconds());
  EXPECT_EQ(is.interaction().content().attachments(0).size_bytes(), 7);
}

TEST_P(ErasuresTest, NumbersAndStructureStay) {
  const TicketId id = WordyTicket();
  const Ticket before = Get(id);
  Erase(ContactOf(id));
  const Ticket after = Get(id);
  EXPECT_EQ(after.reference, before.reference);
  EXPECT_EQ(after.status, before.status);
  EXPECT_EQ(after.version, before.version);
  EXPECT_EQ(after.contact_id, before.contact_id);
  EXPECT_EQ(after.interaction_count, before.interaction_count);
  EXPECT_EQ(after.create_time, before.create_time);
  EXPECT_EQ(after.assignee_name, before.assignee_name);
  EXPECT_EQ(after.subject, "");
  EXPECT_EQ(after.contact_name, "");
  ASSERT_EQ(after.fields.size(), 1u);
  EXPECT_EQ(after.fields[0].number, 3);
  const auto on = On(id);
  ASSERT_EQ(on.size(), 3u);
  EXPECT_EQ(on[0].content.attachments.at(0).size_bytes, 7);
  EXPECT_EQ(on[0].content.attachments.at(0).file_name, "");
  EXPECT_EQ(on[0].author_name, "");
  EXPECT_EQ(on[1].content.text, "");
  EXPECT_EQ(on[1].author_id, "7") << "who of ours answered stays";
  const Contact contact = *contacts_->Get(before.contact_id);
  EXPECT_TRUE(contact.erase_time.has_value());
  EXPECT_TRUE(contact.points.empty());
  EXPECT_EQ(contacts_->Set(OfContact(contact.id), {}).error().reason, "CONTACT_ERASED");
}

TEST_P(ErasuresTest, AllThatAreMergedGoTogetherAndTheSurvivorIsAsked) {
  const TicketId one = WordyTicket();
  const TicketId two = Take(WordyMail("other.qzaddress@home.test")).ticket_id;
  const ContactId survivor = ContactOf(one), merged = ContactOf(two);
  ASSERT_TRUE(contact_merges_->Merge(OfContact(merged), survivor, MergeRights::kAny).ok());
  EXPECT_EQ(Ask(merged).error().reason, "CONTACT_MERGED");
  Erase(survivor);
  ExpectGone();
  EXPECT_EQ(contact_merges_->Unmerge(OfContact(merged)).error().reason, "CONTACT_ERASED");
  const Erasure erasure = *erasures_->Get(survivor);
  EXPECT_EQ(erasure.contacts.size(), 2u);
  EXPECT_EQ(erasure.counts.at("contacts"), 2);
}

TEST_P(ErasuresTest, OnOthersTicketsOnlyTheirMessagesGo) {
  const TicketId others = Take(Mail("budi@x.test", "budi speaks")).ticket_id;
  Submission joining = WordyMail();
  joining.hints = {{HintKind::kReplyToken, others.value}};
  Take(joining);
  const ContactId contact{On(others).at(1).author_id};
  ASSERT_NE(contact, ContactOf(others));
  Erase(contact);
  EXPECT_TRUE(Holding("qzcanary").empty());
  EXPECT_TRUE(Holding("qzaddress").empty());
  const auto on = On(others);
  EXPECT_EQ(on.at(0).content.text, "budi speaks");
  EXPECT_EQ(on.at(1).content.text, "");
  EXPECT_EQ(Get(others).subject, "Printer");
  EXPECT_EQ(Get(others).contact_name, "Name of budi@x.test");
  v1::TicketOpened opened;
  ASSERT_TRUE(opened.ParseFromString(Facts(others.value).at(0).data));
  EXPECT_EQ(opened.interaction().content().text(), "budi speaks");
  EXPECT_EQ(erasures_->Get(contact)->counts.at("tickets_of_others"), 1);
  EXPECT_EQ(erasures_->Get(contact)->counts.count("tickets"), 0u);
}

TEST_P(ErasuresTest, CopiesOnSplitTicketsGoToo) {
  const TicketId id = WordyTicket();
  Answer(id, "budi@x.test", "budi says more");
  std::vector<InteractionId> chosen;
  for (const Interaction& one : On(id)) chosen.push_back(one.id);
  const auto split = splits_->Split(Of(id), {{chosen[0], chosen[3]}, "", ""});
  ASSERT_TRUE(split.ok()) << split.error().message;
  const auto again = splits_->Split(Of(split->id), {{On(split->id).at(0).id}, "", ""});
  ASSERT_TRUE(again.ok()) << again.error().message;
  Erase(ContactOf(id));
  ExpectGone();
  EXPECT_EQ(On(split->id).at(1).content.text, "budi says more");
}

TEST_P(ErasuresTest, ALaterMessageFromTheSameAddressIsSomebodyNew) {
  const TicketId id = WordyTicket();
  const ContactId contact = ContactOf(id);
  ASSERT_TRUE(Ask(contact).ok());
  // At once, not only when all is done.
  const Accepted accepted = Take(Mail(kAddress));
  EXPECT_TRUE(accepted.ticket_opened);
  EXPECT_NE(accepted.contact_id, contact);
  Work();
  EXPECT_EQ(Get(accepted.ticket_id).subject, "Printer");
  EXPECT_EQ(contacts_->Get(accepted.contact_id)->points.size(), 1u);
}

TEST_P(ErasuresTest, ItIsRecordedFirstAndGoesOnAfterARestartAndIsDoneOnce) {
  const TicketId id = WordyTicket();
  const ContactId contact = ContactOf(id);
  EXPECT_EQ(erasures_->Get(contact).error().reason, "CONTACT_NOT_ERASED");
  const Erasure asked = *Ask(contact);
  EXPECT_FALSE(asked.done_time.has_value());
  EXPECT_EQ(asked.actor, "agents/7");
  EXPECT_EQ(asked.reason, "as they asked");
  for (int i = 0; i < 500; ++i) {
    erasures_ = std::make_unique<Erasures>(*database_, *log_, clock_);
    clock_.Advance(std::chrono::seconds(1));
    if (!*erasures_->Step()) break;
  }
  const Erasure done = *erasures_->Get(contact);
  ASSERT_TRUE(done.done_time.has_value());
  EXPECT_GT(*done.done_time, done.request_time);
  EXPECT_EQ(done.counts.at("tickets"), 1);
  EXPECT_EQ(done.counts.at("interactions"), 3);
  EXPECT_EQ(done.counts.at("attachments"), 1);
  EXPECT_EQ(done.counts.at("points"), 1);
  EXPECT_EQ(done.counts.at("field_values"), 1);
  Proof proof(done);
  proof.Add(id);
  EXPECT_EQ(done.sha256, proof.Hex());
  EXPECT_EQ(done.kept_elsewhere, (std::vector<std::string>{"raw:spool/1"}));
  const auto told = LastFact<v1::ContactErased>("contacts/" + contact.value);
  EXPECT_EQ(told.contact_id(), contact.value);
  ASSERT_EQ(told.ticket_ids_size(), 1);
  EXPECT_EQ(told.ticket_ids(0), id.value);
  const auto of_contact = Facts("contacts/" + contact.value);
  v1::OriginalsOrphaned orphaned;
  ASSERT_TRUE(orphaned.ParseFromString(of_contact.at(of_contact.size() - 2).data));
  ASSERT_EQ(orphaned.references_size(), 1) << "told to who has it";
  EXPECT_EQ(orphaned.references(0), "raw:spool/1");
  const size_t facts = Facts().size();
  EXPECT_EQ(Ask(contact)->sha256, done.sha256) << "asked again it answers with what is there";
  EXPECT_FALSE(*erasures_->Step());
  EXPECT_EQ(Facts().size(), facts);
}

TEST_P(ErasuresTest, SearchFindsThemNoMore) {
  const TicketId id = WordyTicket();
  Index();
  const auto found = [&] { return search_->Find(*ParseSearch(kWord), {}, 10, {})->hits.size(); };
  EXPECT_EQ(found(), 1u);
  ASSERT_TRUE(Ask(ContactOf(id)).ok());
  Work();
  EXPECT_EQ(found(), 0u);
  EXPECT_EQ(List().size(), 1u) << "the ticket itself is found as before";
}

TEST_P(ErasuresTest, CopiesInTheStreamsGo) {
  testing::RedisServer redis;
  metrics::Registry metrics;
  bus::Publisher publisher(
      *database_, *log_,
      {.redis = {.port = redis.port()}, .secret = "s", .poll_ms = 20, .retention = {}}, metrics);
  ASSERT_TRUE(publisher.Start().ok());
  const TicketId id = WordyTicket();
  const int part = bus::PartOf(id.value);
  const auto held = [&] {
    const auto connection = bus::Redis::Connect({.port = redis.port()}, 2000);
    const auto all =
        (*connection)->Run({"XRANGE", bus::StreamOf("ticket", log_->epoch(), part), "-", "+"});
    int holding = 0;
    for (const auto& entry : all->list) {
      holding += entry.list.at(1).list.at(1).text.find(kWord) != std::string::npos;
    }
    return holding;
  };
  ASSERT_TRUE(Eventually([&] { return held() >= 5; }));
  Erase(ContactOf(id));
  EXPECT_TRUE(Eventually([&] { return held() == 0; }));
}

TEST_P(ErasuresTest, TheFilesOfAnEmbeddedStoreHoldNothingEither) {
  if (GetParam() != sql::Engine::kSqlite) return;
  const TicketId id = WordyTicket();
  KnowMuchOf(ContactOf(id));
  Erase(ContactOf(id));
  // The last connection that closes writes the WAL into the file and drops it.
  log_.reset();
  erasures_.reset();
  database_.reset();
  int files = 0;
  for (const auto& file : std::filesystem::directory_iterator(folder_.path())) {
    std::ifstream in(file.path(), std::ios::binary);
    std::stringstream bytes;
    bytes << in.rdbuf();
    ++files;
    for (const char* word : {"qzcanary", "qzaddress", "zcanary", "zaddress"}) {
      EXPECT_EQ(bytes.str().find(word), std::string::npos) << word << " in " << file.path();
    }
  }
  EXPECT_GE(files, 1);
}

TEST_P(ErasuresTest, TwoReplicasShareTheWorkAndCountItOnce) {
  const TicketId id = WordyTicket();
  for (int i = 0; i < 5; ++i) WordyTicket();
  ASSERT_TRUE(Ask(ContactOf(id)).ok());
  bus::AtOnce(2, [&](int) {
    Erasures own(*database_, *log_, clock_);
    for (int i = 0; i < 300; ++i) {
      const auto worked = own.Step();
      ASSERT_TRUE(worked.ok()) << worked.error().message;
    }
  });
  Work();
  ExpectGone();
  const Erasure done = *erasures_->Get(ContactOf(id));
  EXPECT_EQ(done.counts.at("tickets"), 6);
  EXPECT_EQ(done.counts.at("interactions"), 18);
}

MUARA_ON_BOTH_ENGINES(ErasuresTest);

}  // namespace
}  // namespace muara::ticket

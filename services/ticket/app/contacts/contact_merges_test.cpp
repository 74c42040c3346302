// Contacts that are one person: merged, taken out again, their points, notes and timeline.
#include "services/ticket/app/contacts/contact_merges.h"

#include <gmock/gmock.h>

#include "muara/ticket/v1/facts.pb.h"
#include "services/ticket/app/ticket_fixture.h"

namespace muara::ticket {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

constexpr auto kLead = MergeRights::kAny;

class ContactMergesTest : public TicketTest {
 protected:
  Accepted Chats(const std::string& who) {
    Submission chat = Chat(who);
    chat.sender.assurance = Assurance::kChannelVerified;
    return Take(chat);
  }
  std::string Merge(const ContactId& id, const ContactId& into, MergeRights rights = kLead) {
    const auto merged = contact_merges_->Merge(OfContact(id), into, rights);
    return merged.ok() ? "OK" : merged.error().reason;
  }
  std::string Unmerge(const ContactId& id) {
    const auto unmerged = contact_merges_->Unmerge(OfContact(id));
    return unmerged.ok() ? "OK" : unmerged.error().reason;
  }
  size_t TicketsOf(const ContactId& id) {
    Filter filter;
    filter.contact_id = id;
    return List(filter).size();
  }
  static ContactPoint Email(const std::string& value, Assurance assurance = Assurance::kClaimed) {
    return {PointKind::kEmail, value, "", assurance};
  }
};
MUARA_ON_BOTH_ENGINES(ContactMergesTest);

TEST_P(ContactMergesTest, TheSurvivorHasEverythingAndEachKeepsItsOwn) {
  const Accepted mail = Take(Mail("sari@x.test"));
  const Accepted chat = Chats("session-1");
  ASSERT_EQ(Merge(chat.contact_id, mail.contact_id), "OK");
  EXPECT_EQ(TicketsOf(mail.contact_id), 2u);
  EXPECT_EQ(TicketsOf(chat.contact_id), 2u) << "asking for the merged one asks for the survivor";
  EXPECT_EQ(Get(chat.ticket_id).contact_id, chat.contact_id);
  const Accepted more = Chats("session-1");
  EXPECT_EQ(more.contact_id, mail.contact_id) << "its point finds the survivor";
  EXPECT_EQ(more.ticket_id, chat.ticket_id) << "and the open ticket of either";
  EXPECT_FALSE(On(chat.ticket_id).back().unknown_sender);
  EXPECT_THAT(contacts_->Get(mail.contact_id)->merged, ElementsAre(chat.contact_id));
  EXPECT_EQ((*contacts_->List("session-1", 10, "")).at(0).id, mail.contact_id);
  EXPECT_EQ(FactTypes("contacts/" + chat.contact_id.value), "ContactMerged");
  ASSERT_EQ(Unmerge(chat.contact_id), "OK");
  EXPECT_EQ(TicketsOf(mail.contact_id), 1u);
  EXPECT_EQ(TicketsOf(chat.contact_id), 1u);
  EXPECT_EQ(Chats("session-1").contact_id, chat.contact_id);
  const auto told = LastFact<v1::ContactUnmerged>("contacts/" + chat.contact_id.value);
  EXPECT_EQ(told.from_contact_id(), mail.contact_id.value);
  EXPECT_EQ(told.cause().note(), "as they asked");
  EXPECT_EQ(told.cause().actor(), "agents/7");
}

TEST_P(ContactMergesTest, WhatCannotBeMergedSaysWhy) {
  const ContactId a = Chats("a").contact_id, b = Chats("b").contact_id, c = Chats("c").contact_id;
  EXPECT_EQ(Merge(a, a), "CONTACT_MERGE_INTO_SELF");
  EXPECT_EQ(Merge(a, {"nobody"}), "CONTACT_NOT_FOUND");
  EXPECT_EQ(Unmerge(a), "CONTACT_NOT_MERGED");
  ASSERT_EQ(Merge(a, b), "OK");
  EXPECT_EQ(Merge(a, c), "CONTACT_ALREADY_MERGED");
  EXPECT_EQ(Merge(b, a), "CONTACT_MERGE_CYCLE");
  EXPECT_EQ(Merge(c, a), "CONTACT_TARGET_MERGED");
  ASSERT_EQ(Merge(b, c), "OK") << "with what was merged into it";
  EXPECT_THAT(contacts_->Get(c)->merged, UnorderedElementsAre(a, b));
  EXPECT_EQ(TicketsOf(a), 3u);
  EXPECT_EQ(Merge(c, a), "CONTACT_MERGE_CYCLE");
  ContactUpdate update;
  update.tags = {"x"};
  EXPECT_EQ(contacts_->Set(OfContact(a), update).error().reason, "CONTACT_MERGED");
  ASSERT_EQ(Unmerge(b), "OK");
  EXPECT_THAT(contacts_->Get(b)->merged, ElementsAre(a)) << "it is what it was";
  EXPECT_THAT(contacts_->Get(c)->merged, SizeIs(0));
}

TEST_P(ContactMergesTest, OnlyASupervisorMergesWhomNobodyVouchesFor) {
  const ContactId mail = Take(Mail("sari@x.test")).contact_id;
  const ContactId chat = Chats("a").contact_id, other = Chats("b").contact_id;
  EXPECT_EQ(Merge(mail, chat, MergeRights::kProven), "CONTACT_UNPROVEN");
  EXPECT_EQ(Merge(chat, mail, MergeRights::kProven), "CONTACT_UNPROVEN");
  EXPECT_EQ(Merge(chat, other, MergeRights::kProven), "OK");
  EXPECT_EQ(Merge(mail, other, MergeRights::kAny), "OK");
}

TEST_P(ContactMergesTest, AtMostFiftyAreOne) {
  const ContactId all = Chats("all").contact_id;
  for (int i = 1; i < 50; ++i) {
    ASSERT_EQ(Merge(Chats("s" + std::to_string(i)).contact_id, all), "OK") << i;
  }
  EXPECT_EQ(Merge(Chats("one more").contact_id, all), "TOO_MANY_MERGED");
  EXPECT_EQ(TicketsOf(all), 50u);
}

TEST_P(ContactMergesTest, TwoThatAreMergedIntoEachOtherAtOnceMakeNoCycle) {
  const ContactId a = Chats("a").contact_id, b = Chats("b").contact_id;
  bus::AtOnce(2, [&](int i) { Merge(i == 0 ? a : b, i == 0 ? b : a); });
  EXPECT_NE(contacts_->Get(a)->merged_into.has_value(), contacts_->Get(b)->merged_into.has_value());
}

TEST_P(ContactMergesTest, CandidatesSayWhy) {
  const ContactId mail = Take(Mail("sari@x.test")).contact_id;
  Submission chat = Chat("session-1");
  chat.claims = {Email("sari@x.test")};
  const ContactId claims = Take(chat).contact_id;
  const auto found = contact_merges_->Candidates(mail);
  ASSERT_THAT(*found, SizeIs(1));
  EXPECT_EQ(found->at(0).contact.id, claims);
  EXPECT_EQ(found->at(0).reason + " " + found->at(0).value, "SHARED_CLAIM sari@x.test");
  EXPECT_EQ(contact_merges_->Candidates(claims)->at(0).contact.id, mail);
  Account account;
  account.name = "Toko";
  const AccountId toko = accounts_->Create(Admin(), account)->id;
  ContactUpdate update;
  update.account_id = toko;
  update.display_name = "Sari DEWI";
  ASSERT_TRUE(contacts_->Set(OfContact(mail), update).ok());
  const ContactId same = Take(Mail("other@x.test")).contact_id;
  update.display_name = "sari dewi";
  ASSERT_TRUE(contacts_->Set(OfContact(same), update).ok());
  EXPECT_EQ(contact_merges_->Candidates(same)->at(0).reason, "SAME_NAME_IN_ACCOUNT");
  ASSERT_EQ(Merge(claims, mail), "OK");
  ASSERT_EQ(Merge(same, mail), "OK");
  EXPECT_THAT(*contact_merges_->Candidates(mail), SizeIs(0));
}

TEST_P(ContactMergesTest, WhatIsOnlyClaimedFindsNobodyUntilSomebodyVouches) {
  const ContactId chat = Chats("session-1").contact_id;
  const auto claim = Email("sari@x.test");
  ASSERT_TRUE(contact_points_->Add(OfContact(chat), claim).ok());
  EXPECT_EQ(contact_points_->Add(OfContact(chat), claim).error().reason, "POINT_THERE");
  const ContactId writer = Take(Mail("sari@x.test")).contact_id;
  EXPECT_NE(writer, chat);
  const auto vouched = Email("sari@x.test", Assurance::kCustomerVerified);
  const auto taken = contact_points_->SetAssurance(OfContact(chat), vouched);
  EXPECT_EQ(taken.error().reason, "POINT_TAKEN");
  EXPECT_EQ(taken.error().metadata.at(0).second, writer.value);
  const auto own = Email("chat@x.test", Assurance::kCustomerVerified);
  ASSERT_TRUE(contact_points_->Add(OfContact(chat), own).ok());
  EXPECT_EQ(Take(Mail("chat@x.test")).contact_id, chat);
  ASSERT_TRUE(contact_points_->SetAssurance(OfContact(chat), Email("chat@x.test")).ok());
  EXPECT_NE(Take(Mail("chat@x.test")).contact_id, chat) << "nobody vouches for it any more";
  ASSERT_TRUE(contact_points_->SetAssurance(OfContact(writer), vouched).ok());
  ASSERT_TRUE(contact_points_->SetAssurance(OfContact(writer), claim).ok());
  EXPECT_EQ(Take(Mail("sari@x.test")).contact_id, writer) << "its channel has brought it";
  ASSERT_TRUE(contact_points_->Remove(OfContact(writer), claim).ok());
  EXPECT_NE(Take(Mail("sari@x.test")).contact_id, writer);
  EXPECT_EQ(contact_points_->Remove(OfContact(writer), claim).error().reason, "POINT_NOT_FOUND");
}

TEST_P(ContactMergesTest, AVouchedAddressBringsAContactAndItsTicketsIntoTheAccount) {
  Account account;
  account.name = "Toko";
  account.domains = {"toko.test"};
  const AccountId toko = accounts_->Create(Admin(), account)->id;
  const Accepted chat = Chats("session-1");
  const auto point = Email("sari@toko.test", Assurance::kCustomerVerified);
  ASSERT_TRUE(contact_points_->Add(OfContact(chat.contact_id), point).ok());
  EXPECT_EQ(contacts_->Get(chat.contact_id)->account_id, toko);
  EXPECT_EQ(Get(chat.ticket_id).account_id, toko);
}

TEST_P(ContactMergesTest, TheTimelineIsOneOverChannelsTicketsAndMergedContacts) {
  const Accepted mail = Take(Mail("sari@x.test", "first"));
  clock_.Advance(std::chrono::minutes(1));
  const Accepted chat = Chats("session-1");
  clock_.Advance(std::chrono::minutes(1));
  const Accepted strange = Take(Mail("budi@x.test", "not theirs"));
  Answer(strange.ticket_id, "sari@x.test", "theirs elsewhere");
  ASSERT_EQ(Merge(chat.contact_id, mail.contact_id), "OK");
  const auto texts = [&](const std::optional<store::TimelineKey>& before, int limit) {
    std::vector<std::string> said;
    const auto found = contact_notes_->Timeline(mail.contact_id, before, limit);
    for (const auto& one : found->entries) {
      said.push_back(one.interaction.content.text);
      EXPECT_EQ(one.ticket_reference, Get(one.interaction.ticket_id).reference);
    }
    return said;
  };
  EXPECT_THAT(texts({}, 10), ElementsAre("theirs elsewhere", "hello", "first"));
  const auto page = *contact_notes_->Timeline(mail.contact_id, {}, 2);
  EXPECT_TRUE(page.goes_on);
  EXPECT_FALSE(contact_notes_->Timeline(mail.contact_id, {}, 3)->goes_on);
  const Interaction& last = page.entries.back().interaction;
  EXPECT_THAT(texts(store::TimelineKey{ToMicros(last.create_time), last.id.value}, 2),
              ElementsAre("first"));
  EXPECT_EQ(contact_notes_->Timeline({"no"}, {}, 1).error().reason, "CONTACT_NOT_FOUND");
}

TEST_P(ContactMergesTest, ALongTimelineIsHeldInPagesAndEachIsThereOnce) {
  const Accepted mail = Take(Mail("sari@x.test", "first"));
  for (int i = 0; i < 3; ++i) {
    clock_.Advance(std::chrono::minutes(1));
    ASSERT_TRUE(tickets_->Note(Of(mail.ticket_id), std::string(9 << 20, 'x')).ok());
  }
  std::vector<size_t> pages;
  std::optional<store::TimelineKey> before;
  for (bool goes_on = true; goes_on && pages.size() < 9;) {
    const auto page = *contact_notes_->Timeline(mail.contact_id, before, 200);
    ASSERT_FALSE(page.entries.empty());
    pages.push_back(page.entries.size());
    const Interaction& last = page.entries.back().interaction;
    before = store::TimelineKey{ToMicros(last.create_time), last.id.value};
    goes_on = page.goes_on;
  }
  EXPECT_THAT(pages, ElementsAre(1, 1, 2));
}

TEST_P(ContactMergesTest, WhatAFollowUpGoesOnFromIsInTheTimelineOnce) {
  const Accepted mail = Take(Mail("sari@x.test", "it is broken"));
  Close(mail.ticket_id);
  ASSERT_TRUE(
      React([&](sql::Tx& tx) { return tickets_->AlertIn(tx, mail.ticket_id, "survey"); }).ok());
  const auto tickets = List();
  ASSERT_EQ(tickets.size(), 2u);
  const TicketId follow_up = tickets[0].id == mail.ticket_id ? tickets[1].id : tickets[0].id;
  EXPECT_EQ(On(follow_up).at(0).content.text, "it is broken");
  EXPECT_EQ(On(follow_up).at(0).copied_from, On(mail.ticket_id).at(0).id);
  EXPECT_EQ(contact_notes_->Timeline(mail.contact_id, {}, 10)->entries.size(), 1u);
}

TEST_P(ContactMergesTest, NotesAreToldAndDeletedByTheirAuthorOrASupervisor) {
  const ContactId id = Chats("session-1").contact_id;
  const auto change = OfContact(id, "note");
  const auto note = contact_notes_->Add(change, "likes tea");
  ASSERT_TRUE(note.ok());
  EXPECT_EQ(contact_notes_->Add(change, "likes tea")->id, note->id);
  EXPECT_THAT(*contact_notes_->List(id, {}, 10), SizeIs(1));
  auto other = OfContact(id);
  other.actor = "agents/8";
  EXPECT_EQ(contact_notes_->Delete(other, note->id, NoteRights::kOwn).error().reason,
            "NOT_YOUR_NOTE");
  other.expected_version = note->version + 1;
  EXPECT_EQ(contact_notes_->Delete(other, note->id, NoteRights::kAll).error().reason,
            "STALE_VERSION");
  other.expected_version = note->version;
  EXPECT_TRUE(contact_notes_->Delete(other, note->id, NoteRights::kAll).ok());
  EXPECT_EQ(contact_notes_->Delete(OfContact(id), note->id, NoteRights::kOwn).error().reason,
            "CONTACT_NOTE_NOT_FOUND");
  EXPECT_EQ(FactTypes("contacts/" + id.value), "ContactNoteAdded ContactNoteDeleted");
  EXPECT_EQ(LastFact<v1::ContactNoteDeleted>("contacts/" + id.value).note().text(), "");
}

}  // namespace
}  // namespace muara::ticket

// What the outside world knows of a ledger that is being broken: for every submission whether it
// was acknowledged, and as what, or whether its outcome is unknown. Submissions are made from their
// number alone, so that each can be handed in again.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tests/ledger/ledger_fixture.h"
#include "tests/setting.h"

namespace kinledger::ledger {

class Oracle {
 public:
  /// Of that number: a registration with a payment, or now and then a long list of payments.
  static Submission submission(std::uint64_t number) {
    constexpr std::uint64_t children = 1'000, long_ones = 16;
    constexpr int long_lines = 60;
    Submission submission;
    submission.key = "number " + std::to_string(number);
    submission.registers_persons = true;
    const int lines = number % long_ones == long_ones - 1 ? long_lines : 1;
    for (int line = 0; line < lines; ++line)
      submission.events.push_back(
          premium_paid(resident("20150101", static_cast<int>((number * 7 + line) % children)),
                       "2021-03-31", Fen{static_cast<std::int64_t>(number % 1'000'000) + 1}));
    return submission;
  }

  void will_submit(std::uint64_t number) { known_.try_emplace(number); }
  void acknowledged(std::uint64_t number, const Receipt& receipt) {
    auto& known = known_[number];
    if (known && (known->first != receipt.first || known->count != receipt.count))
      wrong_ = "number " + std::to_string(number) + " was acknowledged twice, differently";
    known = receipt;
    if (receipt.head.size > largest_.size) largest_ = receipt.head;
  }

  /// Outcomes that are unknown.
  std::vector<std::uint64_t> unknown() const {
    std::vector<std::uint64_t> numbers;
    for (const auto& [number, receipt] : known_)
      if (!receipt) numbers.push_back(number);
    return numbers;
  }
  std::size_t size() const { return known_.size(); }
  std::size_t acknowledged_count() const { return known_.size() - unknown().size(); }

  /// Whether the journal begins with the tree that was acknowledged; empty: it does.
  std::string compare_tree(const Journal& journal) const {
    if (journal.size() < largest_.size) return "the ledger is shorter than acknowledged";
    const auto root = journal.root(largest_.size);
    if (largest_.size.value > 0 && (!root || *root != largest_.root))
      return "the root is not the one that was acknowledged";
    return {};
  }
  /// What the ledger has lost or changed of what was acknowledged; empty: nothing.
  std::string compare(const Ledger& ledger) const {
    if (!wrong_.empty()) return wrong_;
    if (auto wrong = compare_tree(ledger.journal()); !wrong.empty()) return wrong;
    for (const auto& [number, receipt] : known_) {
      if (!receipt) continue;
      const auto id = ledger.vault().submission_id("number " + std::to_string(number));
      const auto record = ledger.journal().submission(id);
      if (!record || !*record) return "number " + std::to_string(number) + " is lost";
      if ((*record)->first != receipt->first || (*record)->count != receipt->count)
        return "number " + std::to_string(number) + " is at another place";
    }
    return {};
  }

  /// The same, and reads everything: no event is there twice or without its submission, and every
  /// person has an identity.
  std::string compare_all(const Ledger& ledger) const {
    if (auto wrong = compare(ledger); !wrong.empty()) return wrong;
    const auto verified = verify(ledger.journal(), ledger.durable(), {1, nullptr});
    if (!verified) return verified.error().what;
    if (verified->damage) return verified->damage->what;
    std::map<SubmissionId, std::uint64_t> first_of;
    std::set<PersonId> registered;
    std::string wrong;
    const auto read =
        ledger.journal().read({0}, ledger.durable().size, [&](Sequence first, const Page& page) {
          for (std::size_t i = 0; i < page.count(); ++i) {
            const auto event = EventView::read(page.event(i)).value();
            const auto& envelope = event.envelope();
            const auto at = first.value + i;
            if (envelope.ordinal == 0) {
              if (!first_of.emplace(envelope.submission, at).second) wrong = "recorded twice";
            } else if (first_of[envelope.submission] + envelope.ordinal != at) {
              wrong = "a submission is in pieces";
            }
            if (event.type() == EventType::person_registered &&
                !registered.insert(*event.person(Field::person)).second)
              wrong = "a person is registered twice";
          }
          return wrong.empty();
        });
    if (!read) return read.error().what;
    if (!wrong.empty()) return wrong;
    for (const auto& person : registered) {
      const auto identity = ledger.vault().identity_of(person);
      if (!identity || !*identity) return "a registered person has no identity";
    }
    const auto pending = ledger.vault().pending();
    if (!pending || !pending->empty()) return "the vault holds what was never recorded";
    // LedgerCreated is nobody's submission; nothing is there that was not handed in.
    for (const auto& [number, receipt] : known_)
      first_of.erase(ledger.vault().submission_id("number " + std::to_string(number)));
    return first_of.size() > 1 ? "something is recorded that nobody handed in" : "";
  }

 private:
  std::map<std::uint64_t, std::optional<Receipt>> known_;
  TreeHead largest_;
  std::string wrong_;
};

}  // namespace kinledger::ledger

// One page (一页申报) of a made-up city: the events of a submission as they are written down, line
// by line, and which of them were written down wrong and will be amended later.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "ledger/event_names.h"
#include "ledger/submission.h"
#include "tools/city_population.h"

namespace kinledger::tools {

/// What is wrong with an event, and so how it is put right.
enum class Mistake : std::uint8_t {
  premium_date,
  premium_amount,
  premium_twice,
  binding_unit,
  schooling,
  visit_twice,
  settlement_amount,
};

/// An event to be corrected or voided.
struct Amendment {
  Mistake mistake{};
  std::uint64_t child = 0;
  /// Place among the events of the submission; once that is recorded, in the ledger.
  std::uint64_t sequence = 0;
};

/// Adds to the event written last. Borrows from the page.
class CityLine {
 public:
  explicit CityLine(ledger::SubmittedEvent& event) : event_(event) {}

  CityLine& person(ledger::Field field, const CityPerson& person);
  /// With what it takes to register the person.
  CityLine& person(ledger::Field field, const CityPerson& person, std::string name);
  CityLine& unit(ledger::Field field, const std::string& number);
  /// The event on line `line` of the same page, from 1.
  CityLine& fact(ledger::Field field, std::uint64_t line);

  template <class Value>
  CityLine& set(ledger::Field field, const Value& value) {
    if constexpr (std::is_enum_v<Value>)
      event_.draft.set(field, static_cast<std::int64_t>(value));
    else
      event_.draft.set(field, value);
    return *this;
  }
  CityLine& set_yes(ledger::Field field, bool yes) {
    return set(field, yes ? ledger::YesNo::yes : ledger::YesNo::no);
  }

  ledger::SubmittedEvent& event() { return event_; }

 private:
  ledger::SubmittedEvent& event_;
};

/// Thread rule: one thread.
class CityPage {
 public:
  /// `lines` is about how many there will be.
  CityPage(std::string key, const ledger::ActorId& actor, std::size_t lines);

  CityLine add(ledger::EventType type, std::optional<ledger::Date> valid_on);
  /// The line written last is wrong.
  void amend_later(Mistake mistake, std::uint64_t child);
  /// The line written last puts another event right.
  void amend_last(ledger::CorrectionRequest request);

  std::uint64_t lines() const { return submission_.events.size(); }
  ledger::Submission take() { return std::move(submission_); }
  /// By their places among the events that the ledger makes of the page: registrations of persons
  /// come before everything else.
  std::vector<Amendment> amendments() const;

 private:
  ledger::Submission submission_;
  std::vector<Amendment> amendments_;
  std::uint64_t registrations_ = 0;
};

}  // namespace kinledger::tools

// The scribe (录入员) of a made-up city: writes down what its people and units do as events, one
// unit at a time. Each function is one kind of list that an office would hand in. What was written
// down wrong on purpose is noted on the page, and amend() puts it right.
#pragma once

#include <span>

#include "ledger/calendar.h"
#include "tools/city_life.h"
#include "tools/city_page.h"
#include "tools/city_population.h"

namespace kinledger::tools {

/// Borrows. Immutable; any thread.
class CityScribe {
 public:
  CityScribe(const Population& population, const CityLife& life)
      : population_(population), life_(life) {}

  /// The medical institutions of the city.
  void institutions(CityPage& page) const;
  /// The unit, the children of its employees, their parents, and what is known of them.
  void households(const CityUnit& unit, CityPage& page) const;
  /// Members of the legacy pooling and the premiums of its last year.
  void legacy(const CityUnit& unit, CityPage& page) const;
  /// In the first year conversions and first enrollments; later who grows up and changes schemes.
  void enrollments(const CityUnit& unit, ledger::Year year, CityPage& page) const;
  /// Of the first year: nobody joins later.
  void bindings(const CityUnit& unit, CityPage& page) const;
  /// Notices, premiums, receipts, reversals, debit agreements.
  void premiums(const CityUnit& unit, ledger::Year year, CityPage& page) const;
  /// Medical settlements, examinations, transfers between accounts.
  void care(const CityUnit& unit, ledger::Year year, CityPage& page) const;
  /// What the unit does in the year after: annual settlements, reimbursements, and its channel fund
  /// of that year with top-up and surplus.
  void settlements(const CityUnit& unit, ledger::Year year, CityPage& page) const;
  /// Corrects or voids an event of the year.
  void amend(const Amendment& amendment, ledger::Year year, CityPage& page) const;

 private:
  struct SettlementText {
    const CareYear& care;
    bool understated;
  };
  /// A reimbursement of a settlement year, or what of it was paid back.
  struct Payout {
    ledger::Year year;
    ledger::Date on;
    ledger::Fen amount;
    ledger::Fen from_channel;
  };
  /// The unit's former channel in a fund year.
  struct Channel {
    ledger::Fen amount;
    std::int64_t child_months = 0;
  };

  void household(const Child& child, const CityUnit& unit, CityPage& page) const;
  void statuses(const Child& child, const RegistrationStory& story, CityPage& page) const;
  void parents(const Child& child, const CityUnit& unit, const RegistrationStory& story,
               CityPage& page) const;
  void schooling(const Child& child, bool wrong, CityPage& page) const;
  void legacy_premiums(const CityUnit& unit, std::span<const ledger::Date> joined,
                       CityPage& page) const;
  void first_enrollment(const Child& child, CityPage& page) const;
  void growing_up(const Child& child, const CityUnit& unit, ledger::Year year,
                  CityPage& page) const;
  void binding(const Child& child, const CityUnit& unit, const BindingStory& story,
               CityPage& page) const;
  void premium(const Child& child, ledger::Year year, const PremiumStory& story, char order,
               CityPage& page) const;
  void premiums_of(const Child& child, ledger::Year year, CityPage& page) const;
  void visit(const Child& child, ledger::Year year, const Visit& visit, CityPage& page) const;
  void moved_balance(const Child& child, const CareYear& care, ledger::Year year,
                     CityPage& page) const;
  void annual_settlement(const Child& child, const CityUnit& unit, ledger::Year year,
                         const SettlementText& text, CityPage& page) const;
  void reimbursement(const Child& child, const CityUnit& unit, const Payout& payout,
                     CityPage& page) const;
  void paid_back(const Child& child, const CityUnit& unit, const Payout& payout,
                 CityPage& page) const;
  Channel channel_of(const CityUnit& unit, ledger::Year fund_year) const;
  void channel_fund(const CityUnit& unit, ledger::Year fund_year, const Channel& channel,
                    CityPage& page) const;
  void close_fund(const CityUnit& unit, ledger::Year fund_year, const Channel& channel,
                  ledger::Fen used, CityPage& page) const;

  /// Calls `visit` with each child of the unit.
  template <class Visitor>
  void each_child(const CityUnit& unit, Visitor&& visit) const {
    for (std::uint64_t i = 0; i < unit.children; ++i)
      visit(population_.child(unit.first_child + i, unit));
  }

  const Population& population_;
  const CityLife& life_;
};

}  // namespace kinledger::tools

// Random histories with corrections, voids and late records, registrations, bindings and changes of
// the policy: coverage, bindings, reimbursements, balances, checks and differences agree with the
// reference model, at every basis, also when they are asked again after later records, and after
// the ledger was opened again, compacted and rebuilt.
//
// KINLEDGER_TRIALS says how many histories, KINLEDGER_SEED which; RC_PARAMS takes what RapidCheck
// says to reproduce a failure.
#include <algorithm>
#include <cstdlib>
#include <iostream>

#include "tests/projections/model_history.h"

namespace kinledger::projections {
namespace {

/// Below `end`, all alike in histories of every length.
rc::Gen<int> below(int end) { return rc::gen::resize(rc::kNominalSize, rc::gen::inRange(0, end)); }

/// Days of 2021, from 0; every other one is next to a boundary: the deadlines, and the days from
/// which the waits run past the year.
rc::Gen<int> days() {
  return rc::gen::oneOf(below(365),
                        rc::gen::element(88, 89, 90, 91, 118, 119, 120, 180, 181, 182, 364));
}

rc::Gen<std::vector<Happening>> happenings() {
  const auto one = rc::gen::build<Happening>(
      rc::gen::set(&Happening::action, below(actions)),
      rc::gen::set(&Happening::child, below(children)), rc::gen::set(&Happening::day, days()),
      rc::gen::set(&Happening::amount, below(5)), rc::gen::set(&Happening::target, below(50)));
  return rc::gen::container<std::vector<Happening>>(one);
}

Inquiry some_question(const History& history) {
  const auto& sizes = history.sizes();
  return {*below(12) == 0 ? day_of(2020, 12, 31) : day_of(2021, 1, 1) + std::chrono::days(*days()),
          sizes[static_cast<std::size_t>(*below(static_cast<int>(sizes.size())))]};
}

TEST(Model, AnswersChecksAndDifferencesAreThoseOfTheReferenceModel) {
  const char* trials = std::getenv("KINLEDGER_TRIALS");
  const char* seed = std::getenv("KINLEDGER_SEED");
  auto params = "max_size=90 max_success=" + std::string(trials == nullptr ? "25" : trials);
  if (seed != nullptr) params += " seed=" + std::string(seed);
  ::setenv("RC_PARAMS", params.c_str(), 0);
  std::size_t questions = 0;
  EXPECT_TRUE(rc::check([&questions] {
    History history;
    std::vector<Inquiry> asked;
    for (const auto& next : *happenings()) {
      history.take(next);
      asked.push_back(some_question(history));
      history.compare(asked.back());
    }
    const auto one = some_question(history);
    const auto two = some_question(history);
    history.compare_difference(std::min(one.basis, two.basis), std::max(one.basis, two.basis),
                               one.on);
    history.compact();
    for (const auto& again : asked) history.compare(again);
    history.reopen();
    history.rebuild();
    for (const auto& again : asked) history.compare(again);
    questions += asked.size();
  }));
  std::cout
      << questions
      << " questions (date, basis), each asked eight ways about each child and three ways about "
         "the unit, and again after later records, a compaction and a rebuild; for the seed "
         "see above\n";
}

}  // namespace
}  // namespace kinledger::projections

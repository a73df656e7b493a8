#include <algorithm>
#include <deque>

#include "ledger/intake/fields.h"
#include "projections/checks/check.h"
#include "projections/checks/run_checks.h"
#include "projections/checks/topics.h"
#include "projections/questions/answer_writer.h"
#include "projections/questions/topics.h"

namespace kinledger::projections {
namespace {

using ledger::Result;

std::vector<Check> all_checks() {
  std::vector<Check> all;
  for (auto* topic :
       {legacy_checks,  coverage_checks, visit_checks,   premium_checks, binding_checks,
        subsidy_checks, fund_checks,     window_checks,  step_checks,    joining_checks,
        agent_checks,   pupil_checks,    card_checks,    office_checks,  employer_checks,
        benefit_checks, care_checks,     account_checks, record_checks,  policy_checks}) {
    for (auto& check : topic()) all.push_back(std::move(check));
  }
  std::ranges::sort(all, {}, &Check::id);
  return all;
}

Result<void> judge_check(Asking& asking, const Arguments& arguments, AnswerWriter& writer) {
  CheckRun run;
  run.checks = {find_check(writer.question().name)};
  run.scope.person = arguments.person;
  run.scope.unit = arguments.unit;
  run.on = arguments.on;
  if (const auto area = arguments.text("area"); !area.empty())
    run.scope.area = ledger::intake::parse_area(area).value();
  auto results = run_checks(asking, run);
  if (!results) return results.error();
  auto& result = results->front();
  writer.put("applies", {result.applies});
  writer.put("found", {static_cast<std::int64_t>(result.found)});
  writer.put("undecided", {static_cast<std::int64_t>(result.undecided)});
  writer.put("irregularities", {std::move(result.irregularities)});
  writer.put("notDecidable", {std::move(result.undecided_rows)});
  return {};
}

/// The questions and the columns that they refer to.
struct CheckQuestions {
  std::deque<std::vector<Heading>> columns;
  std::vector<Question> questions;

  CheckQuestions() {
    for (const auto& check : checks()) {
      auto& all = columns.emplace_back();
      for (const auto& from : {irregularity_columns(), check.columns})
        all.insert(all.end(), from.begin(), from.end());
      questions.push_back(
          {.name = check.id,
           .id = check.id,
           .zh = check.zh,
           .en = check.en,
           .arguments = {{"person", Argument::Kind::person, false, "人员", "the person", {}, {}},
                         {"unit",
                          Argument::Kind::unit,
                          false,
                          "单位及其人员",
                          "the unit with its people",
                          {},
                          {}},
                         {"area", Argument::Kind::area, false, "区划", "the division", {}, {}}},
           .fields = {{"applies", "适用", "applies", "yesNo"},
                      {"found", "疑点数", "found", "count"},
                      {"undecided", "无法判断数", "not decidable", "count"},
                      {"irregularities", "疑点", "irregularities", "rows", all},
                      {"notDecidable", "无法判断", "not decidable", "rows", undecided_columns()}},
           .about_everyone = true,
           .judge = judge_check});
    }
  }
};

}  // namespace

std::span<const Check> checks() {
  static const std::vector<Check> all = all_checks();
  return all;
}

const Check* find_check(std::string_view id) {
  const auto at = std::ranges::lower_bound(checks(), id, {}, &Check::id);
  return at == checks().end() || at->id != id ? nullptr : &*at;
}

std::span<const Question> check_questions() {
  static const CheckQuestions all;
  return all.questions;
}

}  // namespace kinledger::projections

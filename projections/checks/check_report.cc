#include "projections/checks/check_report.h"

#include <algorithm>
#include <boost/json.hpp>
#include <set>

#include "ledger/text.h"
#include "projections/questions/question_format.h"
#include "projections/questions/unit_numbers.h"
#include "projections/rule_format.h"

namespace kinledger::projections {
namespace {

namespace json = boost::json;

std::vector<Heading> columns_of_check(const Check& check) {
  const auto common = irregularity_columns();
  std::vector<Heading> columns(common.begin(), common.end());
  columns.insert(columns.end(), check.columns.begin(), check.columns.end());
  return columns;
}

json::array rows_json(const std::vector<Row>& rows, std::span<const Heading> columns) {
  json::array array;
  for (const auto& row : rows) array.emplace_back(to_json(row, columns));
  return array;
}

json::object scope_json(const CheckScope& scope) {
  json::object object;
  if (scope.person) object.emplace("person", to_text(*scope.person));
  if (scope.unit) object.emplace("unit", to_text(*scope.unit));
  if (scope.area) object.emplace("area", std::to_string(scope.area->code));
  return object;
}

json::object to_json(const CheckResult& result) {
  const auto& check = *result.check;
  return {{"check", check.id},
          {"zh", check.zh},
          {"en", check.en},
          {"severity", word_of(check.severity).code},
          {"applies", result.applies},
          {"found", result.found},
          {"undecided", result.undecided},
          {"rowsLeftOut", result.rows_left_out},
          {"irregularities", rows_json(result.irregularities, columns_of_check(check))},
          {"notDecidable", rows_json(result.undecided_rows, undecided_columns())}};
}

json::object numbers_json(const CheckReport& report) {
  json::object numbers;
  for (const auto& [unit, number] : report.unit_numbers) numbers.emplace(to_text(unit), number);
  return numbers;
}

std::uint64_t undecided_of(const CheckReport& report) {
  std::uint64_t sum = 0;
  for (const auto& result : report.results) sum += result.undecided;
  return sum;
}

std::set<ledger::UnitId> units_of(const std::vector<CheckResult>& results) {
  std::set<ledger::UnitId> units;
  for (const auto& result : results)
    for (const auto* rows : {&result.irregularities, &result.undecided_rows})
      for (const auto& row : *rows)
        for (const auto& cell : row) collect_units(cell, units);
  return units;
}

/// "CHK-07  serious  2 found  1 not decidable  words", in columns.
std::string summary_line(const CheckResult& result, Language language) {
  const bool zh = language == Language::zh;
  std::string line(result.check->id);
  ledger::pad_to_width(line, 8);
  line += text_of(word_of(result.check->severity).label, language);
  ledger::pad_to_width(line, 17);
  line += zh ? "疑点 " : "found ";
  line += std::to_string(result.found);
  ledger::pad_to_width(line, 30);
  line += zh ? "无法判断 " : "not decidable ";
  line += std::to_string(result.undecided);
  ledger::pad_to_width(line, 52);
  line += zh ? result.check->zh : result.check->en;
  return line + "\n";
}

/// A line for each check that says something, and how many say nothing.
std::string summary(const CheckReport& report, Language language) {
  const bool zh = language == Language::zh;
  std::string out;
  std::uint64_t silent = 0;
  std::uint64_t not_ruled = 0;
  for (const auto& result : report.results) {
    if (result.found + result.undecided > 0)
      out += summary_line(result, language);
    else
      ++(result.applies ? silent : not_ruled);
  }
  if (silent > 0) {
    const auto number = std::to_string(silent);
    out += zh ? number + " 项未发现疑点\n" : number + " checks find nothing\n";
  }
  if (not_ruled > 0) {
    const auto number = std::to_string(not_ruled);
    out += zh ? number + " 项不适用：没有已采用的规则\n"
              : number + " do not apply: no adopted rule speaks of them\n";
  }
  return out;
}

/// The rows of one check, printed like those of any answer.
std::string rows_table(const CheckReport& report, const CheckResult& result, Language language) {
  const auto columns = columns_of_check(*result.check);
  const Heading found{"irregularities", "疑点", "irregularities", "rows", columns};
  const Heading open{"notDecidable", "无法判断", "not decidable", "rows", undecided_columns()};
  Answer answer;
  answer.unit_numbers = report.unit_numbers;
  for (const auto& [heading, rows] :
       {std::pair(&found, &result.irregularities), std::pair(&open, &result.undecided_rows)}) {
    if (rows->empty()) continue;
    auto& field = answer.fields.emplace_back();
    field.heading = heading;
    field.value = {*rows};
  }
  if (answer.fields.empty() && !result.rows_left_out) return {};
  const auto title = std::string(result.check->id) + " " +
                     std::string(language == Language::zh ? result.check->zh : result.check->en);
  std::string left_out;
  if (result.rows_left_out)
    left_out = language == Language::zh ? "（行数过多，未列出，请缩小范围）\n"
                                        : "(too many rows: narrow the scope)\n";
  const auto rows = answer.fields.empty() ? std::string() : to_table(answer, language, false);
  return "\n" + title + "\n" + rows + left_out;
}

}  // namespace

std::uint64_t CheckReport::found() const {
  std::uint64_t sum = 0;
  for (const auto& result : results) sum += result.found;
  return sum;
}

ledger::Result<CheckReport> report_of(Asking& asking, const CheckRun& run) {
  auto results = run_checks(asking, run);
  if (!results) return results.error();
  CheckReport report{asking.basis, asking.program, run.on, run.scope, std::move(*results), {}};
  report.unit_numbers = numbers_of(asking.knowledge, units_of(report.results));
  if (const auto& fault = asking.knowledge.fault()) return *fault;
  return report;
}

json::object to_json(const CheckReport& report) {
  json::array results;
  for (const auto& result : report.results) results.emplace_back(to_json(result));
  return {{"basis", to_json(report.basis)},
          {"program", report.program},
          {"on", to_text(report.on)},
          {"scope", scope_json(report.scope)},
          {"found", report.found()},
          {"undecided", undecided_of(report)},
          {"unitNumbers", numbers_json(report)},
          {"checks", std::move(results)}};
}

std::string to_table(const CheckReport& report, Language language, bool with_rows) {
  auto out = summary(report, language);
  if (!with_rows) return out;
  for (const auto& result : report.results) out += rows_table(report, result, language);
  return out;
}

json::object to_json(const Check& check) {
  json::array about;
  for (const auto kind : check.about)
    about.emplace_back(kind == Subject::Kind::person ? "person"
                       : kind == Subject::Kind::unit ? "unit"
                                                     : "region");
  json::array kinds;
  for (const auto kind : check.kinds) kinds.emplace_back(to_text(kind));
  return {{"check", check.id},
          {"zh", check.zh},
          {"en", check.en},
          {"severity", word_of(check.severity).code},
          {"about", std::move(about)},
          {"kinds", std::move(kinds)},
          {"columns", headings_json(columns_of_check(check))}};
}

std::string checks_markdown() {
  std::string out;
  for (const auto& check : checks()) {
    const auto severity = word_of(check.severity);
    out += "## " + std::string(check.id) + " " + std::string(check.zh) + "\n\n" +
           std::string(check.en) + ". Severity: " + severity.code + " (" + severity.label.zh + ").";
    if (!check.kinds.empty()) {
      out += " Judges by:";
      for (const auto kind : check.kinds) out += " `" + std::string(to_text(kind)) + "`";
      out += '.';
    }
    out += "\n\n";
    if (!check.columns.empty()) out += headings_markdown(check.columns) + "\n";
  }
  while (out.ends_with("\n\n")) out.pop_back();
  return out;
}

}  // namespace kinledger::projections

#include "projections/reports/report_texts.h"

#include <boost/json.hpp>

#include "ledger/json.h"
#include "projections/reports/cells.h"

namespace kinledger::projections {

using ledger::intake::Cell;
using ledger::intake::CellKind;

ledger::Reason not_a_report() {
  return {"REPORT_FORMAT", "这不是完整的报表文件，或已被改动",
          "this is not a whole report file, or it was changed"};
}

std::string in_both(const Label& label) { return label.zh + " / " + label.en; }

Label end_words(std::uint64_t rows) {
  const auto number = std::to_string(rows);
  return {"（完）共 " + number + " 行", "(end) rows: " + number};
}

std::vector<std::pair<Label, std::string>> facts_of(const Manifest& manifest) {
  std::vector<std::pair<Label, std::string>> facts{
      {{"报表", "report"}, manifest.report + " " + std::to_string(manifest.version)},
      {{"状态日期", "on"}, ledger::to_text(manifest.arguments.on)},
      {{"知悉时点", "known"}, ledger::to_text(ledger::civil_date_of(manifest.basis.recorded_at))}};
  const auto& arguments = manifest.arguments;
  if (arguments.unit) facts.push_back({{"单位", "unit"}, to_text(*arguments.unit)});
  if (arguments.year) facts.push_back({{"年度", "year"}, std::to_string(arguments.year->value)});
  for (const auto& [name, text] : arguments.named) facts.push_back({{name, name}, text});
  facts.push_back({{"账本", "ledger"}, manifest.basis.origin});
  facts.push_back({{"记录数", "tree size"}, std::to_string(manifest.basis.size.value)});
  facts.push_back({{"根", "root"}, to_text(manifest.basis.root)});
  if (manifest.journal)
    facts.push_back({{"查阅登记记录数", "size of the access journal"},
                     std::to_string(manifest.journal->size.value)});
  for (const auto& pack : manifest.packs)
    facts.push_back({{"规则包", "pack"}, pack.pack + " " + pack.version});
  facts.push_back({{"行数", "rows"}, std::to_string(manifest.rows)});
  facts.push_back({{"摘要", "digest"}, to_text(manifest.digest)});
  facts.push_back({{"程序", "program"}, manifest.program});
  return facts;
}

std::vector<Cell> total_cells(const Manifest& manifest) {
  const auto totals = boost::json::parse(manifest.totals);
  const auto* object = totals.if_object();
  const auto* sums = object == nullptr ? nullptr : object->if_contains("sums");
  if (sums == nullptr || !sums->is_object() || sums->get_object().empty()) return {};
  std::vector<Cell> cells(manifest.columns.size());
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const auto& column = manifest.columns[i];
    if (const auto* sum = sums->get_object().if_contains(column.name))
      cells[i] = shown(*sum, column, {}, Language::zh);
  }
  if (cells.front().text.empty()) cells.front() = {CellKind::text, "合计 / total"};
  return cells;
}

}  // namespace kinledger::projections

#include "projections/import_file.h"

#include "ledger/intake/outcome_json.h"

namespace kinledger::projections {

bool holds_lines(std::string_view name) {
  return name.ends_with(".ndjson") || name.ends_with(".jsonl");
}

boost::json::object to_json(const Imported& imported, bool dry_run, boost::json::array receipts) {
  boost::json::array refusals;
  for (const auto& refusal : imported.refusals.shown)
    refusals.push_back(ledger::intake::to_json(refusal));
  boost::json::array recorded;
  for (const auto& one : imported.recorded) {
    boost::json::object row{{"row", one.row}, {"sequence", nullptr}};
    if (one.sequence) row["sequence"] = one.sequence->value;
    recorded.push_back(std::move(row));
  }
  boost::json::array already;
  for (const auto& key : imported.already) already.emplace_back(key);
  return {{"format", imported.format},
          {"key", imported.key},
          {"rows", imported.rows},
          {"dryRun", dry_run},
          {"refused", imported.refused},
          {"receipts", std::move(receipts)},
          {"alreadyRecorded", std::move(already)},
          {"rowsAlreadyRecorded", std::move(recorded)},
          {"refusals", std::move(refusals)},
          {"refusalCount", imported.refusals.count}};
}

}  // namespace kinledger::projections

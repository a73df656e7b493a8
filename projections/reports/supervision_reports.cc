// Reports about the programme's own conduct: how far findings of the audit are put right, what was
// recorded late, and who looked at data of minors.
#include "projections/reports/supervision_reports.h"

#include "projections/checks/run_checks.h"
#include "projections/reports/row_book.h"
#include "projections/reports/sources.h"
#include "projections/reports/topics.h"

namespace kinledger::projections {
namespace {

using ledger::Result;

Result<void> rectification_rows(Asking& asking, const Arguments& arguments, RowBook& rows) {
  const auto answer = answer_to("findings", {arguments.on, {}, arguments.unit, {}, {}}, asking);
  if (!answer) return answer.error();
  for (const auto& row : rows_of(*answer, "findings")) rows.add(row);
  return {};
}

constexpr std::string_view late_recording_check = "CHK-49";

Result<void> late_recording_rows(Asking& asking, const Arguments& arguments, RowBook& rows) {
  return rows_of_check(late_recording_check, asking, arguments, rows);
}

}  // namespace

std::vector<Heading> columns_of_check(std::string_view id) {
  const auto common = irregularity_columns();
  std::vector<Heading> columns(common.begin(), common.end());
  if (const auto* check = find_check(id))
    columns.insert(columns.end(), check->columns.begin(), check->columns.end());
  return columns;
}

Result<void> rows_of_check(std::string_view id, Asking& asking, const Arguments& arguments,
                           RowBook& rows) {
  CheckRun run;
  run.checks = {find_check(id)};
  run.scope.unit = arguments.unit;
  run.on = arguments.on;
  run.rows_max = report_rows_max;
  if (const auto area = area_asked(arguments); area && !arguments.unit) run.scope.area = area;
  const auto results = run_checks(asking, run);
  if (!results) return results.error();
  for (const auto& result : *results) {
    if (result.rows_left_out) rows.count_further(result.found + result.undecided);
    for (const auto& row : result.irregularities) rows.add(row);
  }
  return {};
}

std::vector<Report> supervision_reports() {
  const auto access = access_columns();
  return {
      {.asks = {.name = "rectification",
                .id = {},
                .zh = "审计问题整改进度表",
                .en = "progress of the rectification",
                .arguments = {unit_of_report},
                .fields = {}},
       .version = 3,
       .columns = columns_of("findings", "findings"),
       .summed = {"daysLate", "steps"},
       .grouped_by = {"state"},
       .make = rectification_rows},
      {.asks = {.name = "lateRecording",
                .id = {},
                .zh = "倒签和迟登记清单",
                .en = "back-dated and late records",
                .arguments = {unit_of_report, area_of_report},
                .fields = {}},
       .columns = columns_of_check(late_recording_check),
       .checks = {late_recording_check},
       .make = late_recording_rows},
      {.asks = {.name = "minorsAccess",
                .id = {},
                .zh = "未成年人信息查阅情况",
                .en = "access to data of minors",
                .arguments = {},
                .fields = {}},
       .columns = {access.begin(), access.end()},
       .grouped_by = {"operation", "outcome"}},
  };
}

std::span<const Heading> access_columns() {
  static constexpr Heading columns[] = {
      {"record", "查阅登记序号", "record of the access journal", "sequence"},
      {"on", "日期（东八区）", "date (UTC+8)", "date"},
      {"at", "时间", "at", "text"},
      {"by", "查阅主体", "by", "text"},
      {"role", "角色", "role", "text"},
      {"channel", "渠道", "channel", "text"},
      {"operation", "操作", "operation", "text"},
      {"outcome", "结果", "outcome", "code", {}, "allowed|masked|denied"},
      {"purpose", "用途", "purpose", "text"},
      {"caseNumber", "案号", "case number", "text"},
      {"person", "未成年人", "minor", "person"},
      {"age", "当时周岁", "age then", "count"},
  };
  return columns;
}

}  // namespace kinledger::projections

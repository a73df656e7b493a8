#include "ledger/intake/form_rows.h"

#include <utility>

#include "ledger/intake/advice.h"
#include "ledger/intake/form.h"
#include "ledger/intake/form_block.h"
#include "ledger/result.h"

namespace kinledger::ledger::intake {
namespace {

Reason no_such_form(std::string_view name) {
  std::vector<std::string_view> names;
  for (const Form& form : forms()) names.push_back(form.name);
  const auto suggestion = did_you_mean(name, names);
  return {"FORMAT_NAME",
          "没有此格式" + suggestion.zh + "请用 kinledger template --list 查看全部格式。",
          "There is no such form" + suggestion.en + " `kinledger template --list` shows them all."};
}

Reason unit_missing() {
  return {"FORM_UNIT_MISSING", "登记表上方没有单位编号。请在“单位编号：”之后填写。",
          "No unit number stands above the rows of the form. Write it behind \"Unit number:\"."};
}

Reason date_missing() {
  return {"FORM_DATE_MISSING", "登记表上方没有日期。请填写办理日期，例如 2021年3月5日。",
          "No date stands above the rows of the form. Write the date on which it was handled, for "
          "example 2021年3月5日."};
}

Reason cells_merged(const RowRange& rows) {
  const auto first = std::to_string(rows.first), last = std::to_string(rows.last);
  return {"XLSX_MERGED",
          "第 " + first + " 至 " + last +
              " 行有合并单元格，其值只属于第一行。请取消合并，逐行填写后重新提交。",
          "Rows " + first + " to " + last +
              " have merged cells, whose value is in the first row only. Unmerge them, fill in "
              "every row and submit it again."};
}

/// What the block says, completed from the options; missing parts are listed.
std::optional<BlockFields> settle_block(const Recognition& found, const FormOptions& options,
                                        std::vector<Refusal>& refusals) {
  const FormBlock block = read_block(found.above, refusals);
  BlockFields fields;
  const auto unit = block.unit_number ? block.unit_number : options.unit_number;
  const auto date = block.date ? block.date : options.form_date;
  const auto refuse = [&](std::string_view field, Reason reason) {
    refusals.push_back({found.header->row, std::string(field), std::move(reason)});
  };
  if (!unit) refuse("单位编号", unit_missing());
  if (!date) refuse("日期", date_missing());
  if (!refusals.empty()) return std::nullopt;
  fields.unit = *unit;
  fields.date = *date;
  fields.sealed = block.sealed;
  if (!block.sealed) fields.missing.push_back(FormPart::unit_seal);
  if (!block.unit_number) fields.missing.push_back(FormPart::unit_number);
  if (!block.date) fields.missing.push_back(FormPart::form_date);
  return fields;
}

}  // namespace

OpenedRows FormRows::open(const std::filesystem::path& path, const FormOptions& options) {
  OpenedRows opened;
  const Form* only = nullptr;
  if (!options.format.empty()) {
    only = find_form(options.format);
    if (only == nullptr) {
      opened.refusals.push_back({0, "", no_such_form(options.format)});
      return opened;
    }
  }
  auto source = open_rows(path, {options.sheet});
  if (source.has_error()) {
    opened.refusals.push_back({0, "", source.error()});
    return opened;
  }
  Recognition found = recognise(**source, only);
  opened.refusals = std::move(found.refusals);
  if (!found.header) {
    invariant(!opened.refusals.empty());
    return opened;
  }
  std::optional<BlockFields> block;
  if (found.header->form->has_block) {
    block = settle_block(found, options, opened.refusals);
    if (!block) return opened;
  }
  opened.rows.reset(new FormRows(std::move(*source), std::move(*found.header),
                                 {Writing::table, options.today, options.code_of},
                                 std::move(block)));
  return opened;
}

Parsed<bool> FormRows::next(Row& row, SubmittedEvent& event, std::vector<Refusal>& refusals) {
  for (;;) {
    refusals.clear();
    auto more = source_->next(row);
    if (more.has_error()) return more;
    if (!*more) {
      const auto merged = source_->merged_below(header_.row);
      if (!merged) return false;
      row.number = merged->first;
      row.cells.clear();
      return cells_merged(*merged);
    }
    if (parser_.parse(row, event, refusals)) return true;
  }
}

}  // namespace kinledger::ledger::intake

// Workbooks to fill in (模板), made from the description of a form: a sheet for the rows with
// headings in both languages, text format where spreadsheets would spoil what is typed, and
// drop-down lists; a sheet with an example; a sheet that explains each column. What is filled in
// imports as it is.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/intake/form.h"
#include "ledger/result.h"

namespace kinledger::ledger::intake {

/// The sheets of a template beside the one to fill in.
inline constexpr std::string_view example_sheet_name = "示例 example";
inline constexpr std::string_view explanation_sheet_name = "说明 explanation";

/// The labels of a list's codes, as policy packs declare them; empty when no pack declares the
/// list.
using LabelsOfList = std::function<std::vector<std::string>(std::string_view code_list)>;

/// Writes the template of a form. Without `labels_of`, columns of codes have no lists and no
/// examples. Fails as WorkbookWriter does. Any thread.
Result<void> write_template(const Form& form, const std::filesystem::path& path,
                            const LabelsOfList& labels_of = {});

/// What each column that is offered in the template holds in its example; made up, with ID numbers
/// that were never issued. Pure; any thread.
std::vector<std::string> example_of(const Form& form, const LabelsOfList& labels_of = {});

}  // namespace kinledger::ledger::intake

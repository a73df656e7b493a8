// Tables that clerks hand in, written row by row, and what came of reading them.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ledger/intake/csv_writer.h"
#include "ledger/intake/form_reader.h"
#include "ledger/intake/workbook_writer.h"
#include "tests/ledger/intake/made_up.h"
#include "tests/ledger/intake/table_files.h"

namespace kinledger::ledger::intake {

using Cells = std::vector<std::string>;
using Table = std::vector<Cells>;

inline void put_csv(const std::filesystem::path& path, const Table& table) {
  std::string text;
  for (const Cells& cells : table) {
    const std::vector<std::string_view> views(cells.begin(), cells.end());
    append_csv_record(text, views, {false, false});
  }
  put_file(path, text);
}

/// Rows of a workbook with kinds of their own.
inline void put_workbook(const std::filesystem::path& path, const std::vector<Row>& rows) {
  auto writer = WorkbookWriter::create(path).value();
  ASSERT_TRUE(writer->add_explanation({"名单", {}, {}}).has_value());
  for (const Row& row : rows) ASSERT_TRUE(writer->write_row(row).has_value());
  ASSERT_TRUE(writer->finish().has_value());
}

inline ImportOptions import_options() {
  ImportOptions options;
  options.form.today = today;
  options.digest = sealed;
  return options;
}

/// A table read to its end.
struct Imported {
  std::string form;
  std::string key;
  std::vector<Submission> submissions;
  RefusalList refusals;

  std::vector<std::string> told() const { return intake::told(refusals.shown); }
  const SubmittedEvent& event(std::size_t index) const {
    return submissions.at(0).events.at(index);
  }
};

inline Imported import(const std::filesystem::path& path,
                       const ImportOptions& options = import_options()) {
  auto checked = FormReader::check(path, options);
  Imported imported{{}, {}, {}, std::move(checked.refusals)};
  if (!checked.reader) return imported;
  imported.form = checked.reader->form().name;
  imported.key = checked.reader->key();
  for (;;) {
    auto submission = checked.reader->next();
    if (submission.has_error()) imported.refusals.add(submission.error());
    if (submission.has_error() || !*submission) return imported;
    imported.submissions.push_back(std::move(**submission));
  }
}

inline Imported import(const Table& table, const ImportOptions& options = import_options()) {
  const TestDirectory directory;
  put_csv(directory.file("table.csv"), table);
  return import(directory.file("table.csv"), options);
}

inline std::int64_t number_of(const SubmittedEvent& event, Field field) {
  const auto* value = event.draft.find(field);
  return value != nullptr ? std::get<std::int64_t>(*value) : -1;
}

inline std::string text_of(const SubmittedEvent& event, Field field) {
  const auto* value = event.draft.find(field);
  return value != nullptr ? std::get<std::string>(*value) : std::string();
}

inline const PersonReference* person_of(const SubmittedEvent& event, Field field) {
  for (const auto& [id, person] : event.persons) {
    if (id == field) return &person;
  }
  return nullptr;
}

inline std::string id_of(const SubmittedEvent& event, Field field) {
  const auto* person = person_of(event, field);
  return person != nullptr ? std::get<IdentityNumber>(person->who).number : std::string();
}

}  // namespace kinledger::ledger::intake

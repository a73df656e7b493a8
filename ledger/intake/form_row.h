// One row of a table, from its cells to the event that it says.
//
// Refusal codes: those of fields.h, submitted_event.h and identity_number.h; and
//   ID_TURNED_INTO_NUMBER    an ID number in a cell that is not text, whatever its digits
//   ID_MISSING               a person without a number
//   NUMBER_LOST_DIGITS       text or a unit number in a numeric cell with more than 15 digits
//   TEXT_TURNED_INTO_DATE    text in a cell that the spreadsheet took for a date
//   CELL_ERROR               #N/A and the like, or a formula without a result
//   COLUMN_UNKNOWN           values in a column that the form does not know; said of the heading
//   COLUMN_WITHOUT_HEADING   values beside the table or under an empty heading
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "ledger/intake/fields.h"
#include "ledger/intake/form_block.h"
#include "ledger/intake/form_header.h"
#include "ledger/intake/row_source.h"
#include "ledger/intake/submitted_event.h"
#include "ledger/refusal.h"
#include "ledger/submission.h"

namespace kinledger::ledger::intake {

/// What every row of a form with a block says.
struct BlockFields {
  UnitReference unit;
  Date date;
  bool sealed = false;
  std::vector<FormPart> missing;  ///< of the block; those of the row are added
};

/// Thread rule: one thread at a time. `header` is borrowed.
class RowParser {
 public:
  RowParser(const FormHeader& header, Reading reading, std::optional<BlockFields> block);

  /// False when the row says nothing: blank but for its serial number, or part of the notes
  /// (填表须知) below the rows. Otherwise `event` is replaced, and what is wrong is appended to
  /// `refusals`; then the event is not to be used.
  bool parse(const Row& row, SubmittedEvent& event, std::vector<Refusal>& refusals);

 private:
  struct PersonCells {
    const FieldInfo* field = nullptr;
    std::size_t number = no_column;
    std::size_t type = no_column;
    std::size_t name = no_column;
    bool required = false;
  };
  struct PlacedColumn {
    const FormColumn* column = nullptr;
    std::size_t place = no_column;
  };

  bool says_something(const Row& row);
  void find_surplus(const Row& row);
  void parse_column(const Row& row, const PlacedColumn& placed, SubmittedEvent& event);
  void parse_person(const Row& row, const PersonCells& cells, SubmittedEvent& event);
  std::optional<IdentityNumber> parse_number(const Row& row, const PersonCells& cells);
  std::optional<Reason> set_from_cell(const FormColumn& column, const Cell& cell,
                                      SubmittedEvent& event);
  std::optional<Reason> set_correction(const FormColumn& column, std::string_view text);
  void settle_correction(SubmittedEvent& event);
  void add_block(SubmittedEvent& event);
  bool is_filled(std::size_t place) const { return place < is_filled_.size() && is_filled_[place]; }
  void refuse(std::size_t place, std::string_view field, Reason reason);

  const FormHeader& header_;
  Reading reading_;
  std::optional<BlockFields> block_;
  std::vector<PersonCells> persons_;
  std::vector<PlacedColumn> columns_;  ///< all but serial and persons, in the form's order
  std::vector<bool> is_known_;         ///< by column of the table
  std::vector<bool> surplus_told_;     ///< by column of the table
  std::size_t serial_ = no_column;
  bool in_notes_ = false;

  // Of the row being parsed.
  std::uint64_t row_ = 0;
  std::vector<char> is_filled_;  ///< by column of the table
  std::vector<Refusal>* refusals_ = nullptr;
  std::vector<std::string_view> refused_;  ///< names of the fields
  std::vector<FieldFault> faults_;
  CorrectionRequest correction_;
  std::optional<Sequence> replaces_;
  bool corrects_ = false;
};

}  // namespace kinledger::ledger::intake

#include "ledger/intake/form_row.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "ledger/digits.h"
#include "ledger/identity_number.h"
#include "ledger/result.h"
#include "ledger/text.h"

namespace kinledger::ledger::intake {
namespace {

/// What spreadsheet programs keep of a number.
constexpr std::size_t number_digits_max = 15;

Reason id_turned_into_number() {
  return {
      "ID_TURNED_INTO_NUMBER",
      "证件号码不是以文本保存的，末尾几位可能已经丢失。请先把该列设为“文本”格式，"
      "再按证件重新输入。",
      "The ID number is not stored as text and may have lost its last digits. Format the column "
      "as text, then type the number again from the document."};
}

Reason id_missing() {
  return {"ID_MISSING", "缺少证件号码，无法确定是哪一位人员。请填写。",
          "The ID number is missing, so that it is not known who is meant. Fill it in."};
}

Reason number_lost_digits() {
  return {
      "NUMBER_LOST_DIGITS",
      "内容被电子表格当作数值，超过 15 位的数字已经丢失。请先把该列设为“文本”格式，再重新输入。",
      "The spreadsheet took the text for a number and lost the digits beyond the fifteenth. "
      "Format the column as text, then type it again."};
}

Reason text_turned_into_date() {
  return {
      "TEXT_TURNED_INTO_DATE", "内容被电子表格当作日期。请先把该列设为“文本”格式，再重新输入。",
      "The spreadsheet took the text for a date. Format the column as text, then type it again."};
}

Reason cell_error() {
  return {"CELL_ERROR", "单元格是公式错误，或公式没有结果。请改为填写值。",
          "The cell is the error of a formula, or a formula without a result. Put the value in."};
}

Reason column_unknown() {
  return {"COLUMN_UNKNOWN", "不认识此列，而列中有内容。请删除此列，或按模板修改表头。",
          "The column is not known, and there are values in it. Remove it, or use the heading of "
          "the template."};
}

Reason column_without_heading() {
  return {"COLUMN_WITHOUT_HEADING", "此单元格所在的列没有表头。请删除内容，或补上表头。",
          "The cell stands in a column without a heading. Remove it, or add the heading."};
}

bool is_blank(const Cell& cell) {
  // The error of a formula may come without text, and is no blank.
  if (cell.text.empty()) return cell.kind != CellKind::error;
  if (cell.kind != CellKind::text) return false;
  // Spaces beyond ASCII begin with these three bytes, and few other characters do.
  const auto first = static_cast<unsigned char>(cell.text.front());
  if (first > ' ' && first != 0xC2 && first != 0xE2 && first != 0xE3) return false;
  return trimmed(cell.text).find_first_not_of("\r\n\t") == std::string_view::npos;
}

bool begins_notes(std::string_view text) {
  constexpr std::array<std::string_view, 3> beginnings{"填表须知", "填表说明", "填写说明"};
  return std::ranges::any_of(beginnings,
                             [&](std::string_view b) { return trimmed(text).starts_with(b); });
}

bool has_lost_digits(const Cell& cell) {
  return cell.kind == CellKind::number &&
         (cell.text.find('E') != std::string::npos ||
          static_cast<std::size_t>(std::ranges::count_if(cell.text, is_digit)) > number_digits_max);
}

}  // namespace

RowParser::RowParser(const FormHeader& header, Reading reading, std::optional<BlockFields> block)
    : header_(header), reading_(std::move(reading)), block_(std::move(block)) {
  invariant(header.form != nullptr && block_.has_value() == header.form->has_block);
  is_known_.resize(header.headings.size());
  surplus_told_.resize(header.headings.size());
  for (std::size_t c = 0; c < header.places.size(); ++c) {
    const FormColumn& column = header.form->columns[c];
    const std::size_t place = header.places[c];
    if (place == no_column) continue;
    is_known_[place] = true;
    switch (column.part) {
      case Part::serial:
        serial_ = place;
        break;
      case Part::id_number:
      case Part::id_type:
      case Part::name: {
        auto person = std::ranges::find(persons_, column.field, &PersonCells::field);
        if (person == persons_.end()) {
          persons_.push_back({column.field, no_column, no_column, no_column, false});
          person = std::prev(persons_.end());
        }
        (column.part == Part::id_number ? person->number
         : column.part == Part::id_type ? person->type
                                        : person->name) = place;
        person->required |= column.part == Part::id_number && column.required;
        break;
      }
      default:
        columns_.push_back({&column, place});
    }
  }
}

bool RowParser::says_something(const Row& row) {
  std::size_t filled = 0;
  const Cell* last = nullptr;
  is_filled_.assign(std::max(row.cells.size(), header_.headings.size()), false);
  for (std::size_t i = 0; i < row.cells.size(); ++i) {
    is_filled_[i] = !is_blank(row.cells[i]);
    if (i == serial_ || !is_filled_[i]) continue;
    ++filled;
    last = &row.cells[i];
  }
  const Cell& serial = row.at(serial_);
  if (filled == 0 && is_filled(serial_) && begins_notes(serial.text)) in_notes_ = true;
  if (filled == 1 && begins_notes(last->text)) in_notes_ = true;
  return filled > 1 || (filled == 1 && !in_notes_);
}

bool RowParser::parse(const Row& row, SubmittedEvent& event, std::vector<Refusal>& refusals) {
  if (!says_something(row)) return false;
  row_ = row.number;
  refusals_ = &refusals;
  refused_.clear();
  faults_.clear();
  correction_ = {};
  replaces_.reset();
  corrects_ = false;
  event.draft.type = header_.form->type;
  event.draft.envelope = {};
  event.draft.envelope.source_row = static_cast<std::uint32_t>(row.number);
  event.draft.fields.clear();
  event.draft.fields.reserve(columns_.size() + 3);
  event.persons.clear();
  event.units.clear();
  event.facts.clear();
  event.correction.reset();

  find_surplus(row);
  for (const PersonCells& cells : persons_) parse_person(row, cells, event);
  for (const PlacedColumn& placed : columns_) parse_column(row, placed, event);
  settle_correction(event);
  if (block_) add_block(event);
  complete(event, refused_, faults_);
  for (FieldFault& fault : faults_) {
    refusals.push_back({row_, header_.heading_of(fault.field), std::move(fault.reason)});
  }
  return true;
}

void RowParser::refuse(std::size_t place, std::string_view field, Reason reason) {
  refusals_->push_back({row_, header_.headings[place], std::move(reason)});
  if (!field.empty()) refused_.push_back(field);
}

/// Values where none belong. An unknown column is told once, of its heading.
void RowParser::find_surplus(const Row& row) {
  for (std::size_t i = 0; i < row.cells.size(); ++i) {
    if ((i < is_known_.size() && is_known_[i]) || !is_filled(i)) continue;
    if (std::ranges::find(header_.surplus, i) != header_.surplus.end()) {
      if (!surplus_told_[i]) {
        refusals_->push_back({header_.row, header_.headings[i], column_unknown()});
      }
      surplus_told_[i] = true;
      continue;
    }
    const bool has_heading =
        i < header_.headings.size() && header_.headings[i] != column_letters(i);
    if (!has_heading) refusals_->push_back({row_, column_letters(i), column_without_heading()});
  }
}

void RowParser::parse_person(const Row& row, const PersonCells& cells, SubmittedEvent& event) {
  const std::string_view field = cells.field->name;
  PersonReference person;
  bool is_whole = true;
  const Cell& name_cell = row.at(cells.name);
  if (is_filled(cells.name)) {
    auto name = accept_name(name_cell.text);
    if (name_cell.kind == CellKind::error) {
      refuse(cells.name, field, cell_error());
      is_whole = false;
    } else if (name.has_error()) {
      refuse(cells.name, field, name.error());
      is_whole = false;
    } else {
      person.name = std::move(*name);
    }
  }
  if (!is_filled(cells.number)) {
    if (!cells.required && !is_filled(cells.name)) return;
    return refuse(cells.number != no_column ? cells.number : cells.name, field, id_missing());
  }
  auto number = parse_number(row, cells);
  if (!number || !is_whole) return;
  person.who = std::move(*number);
  if (auto reason = settle_birth_date(person)) {
    return refuse(cells.number, field, std::move(*reason));
  }
  event.persons.emplace_back(cells.field->id, std::move(person));
}

std::optional<IdentityNumber> RowParser::parse_number(const Row& row, const PersonCells& cells) {
  const std::string_view field = cells.field->name;
  IdType type = IdType::resident_id;
  if (is_filled(cells.type)) {
    const auto parsed = parse_id_type(row.at(cells.type).text);
    if (parsed.has_error()) return refuse(cells.type, field, parsed.error()), std::nullopt;
    type = *parsed;
  }
  const Cell& cell = row.at(cells.number);
  if (cell.kind == CellKind::error) {
    return refuse(cells.number, field, cell_error()), std::nullopt;
  }
  if (cell.kind != CellKind::text) {
    return refuse(cells.number, field, id_turned_into_number()), std::nullopt;
  }
  auto number = parse_identity_number(type, cell.text, reading_.today);
  if (number.has_error()) return refuse(cells.number, field, number.error()), std::nullopt;
  return std::move(*number);
}

void RowParser::parse_column(const Row& row, const PlacedColumn& placed, SubmittedEvent& event) {
  if (!is_filled(placed.place)) return;
  const Cell& cell = row.at(placed.place);
  auto reason = cell.kind == CellKind::error ? std::optional(cell_error())
                                             : set_from_cell(*placed.column, cell, event);
  if (reason) refuse(placed.place, placed.column->field_name(), std::move(*reason));
}

/// The cell is neither blank nor an error.
std::optional<Reason> RowParser::set_from_cell(const FormColumn& column, const Cell& cell,
                                               SubmittedEvent& event) {
  switch (column.part) {
    case Part::valid_on: {
      const auto date = parse_date_loosely(cell.text);
      if (date.has_error()) return date.error();
      event.draft.envelope.valid_on = *date;
      return std::nullopt;
    }
    case Part::unit: {
      if (has_lost_digits(cell)) return number_lost_digits();
      if (cell.kind == CellKind::date) return text_turned_into_date();
      auto number = parse_unit_number(cell.text);
      if (number.has_error()) return number.error();
      event.units.emplace_back(column.field->id, std::move(*number));
      return std::nullopt;
    }
    case Part::fact: {
      const auto fact = parse_fact(cell.text, Writing::table);
      if (fact.has_error()) return fact.error();
      event.facts.emplace_back(column.field->id, *fact);
      return std::nullopt;
    }
    case Part::value: {
      std::string_view text = cell.text;
      if (column.field->kind == FieldKind::text) {
        if (has_lost_digits(cell)) return number_lost_digits();
        if (cell.kind == CellKind::date) return text_turned_into_date();
      }
      // Spreadsheet programs keep a month as its first day.
      constexpr std::size_t month_characters = 7;
      if (column.field->kind == FieldKind::month && cell.kind == CellKind::date) {
        text = text.substr(0, month_characters);
      }
      return set_field(event.draft, *column.field, text, reading_);
    }
    default:
      return set_correction(column, cell.text);
  }
}

std::optional<Reason> RowParser::set_correction(const FormColumn& column, std::string_view text) {
  corrects_ = true;
  if (column.part == Part::replaces) {
    const auto fact = parse_fact(text, Writing::table);
    if (fact.has_error()) return fact.error();
    replaces_ = Sequence{fact->number};
    return std::nullopt;
  }
  if (column.part == Part::authority_document) {
    auto number = parse_document_number(text);
    if (number.has_error()) return number.error();
    correction_.authority_document = std::move(*number);
    return std::nullopt;
  }
  const auto member = parse_enumerant(column.enumerants(), text, Writing::table);
  if (member.has_error()) return member.error();
  if (column.part == Part::cause) {
    correction_.cause = static_cast<CorrectionCause>(*member);
  } else {
    correction_.authority = static_cast<CorrectionAuthority>(*member);
  }
  return std::nullopt;
}

/// A correction names its target, its cause and its authority, or it is none.
void RowParser::settle_correction(SubmittedEvent& event) {
  if (!corrects_) return;
  const auto is_given = [this](Part part) {
    if (part == Part::replaces) return replaces_.has_value();
    return part == Part::cause ? correction_.cause != CorrectionCause{}
                               : correction_.authority != CorrectionAuthority{};
  };
  bool is_whole = true;
  for (const FormColumn& column : header_.form->columns) {
    const std::string_view field = column.field_name();
    const bool was_refused = std::ranges::find(refused_, field) != refused_.end();
    const bool is_optional = column.part == Part::authority_document;
    if (!field.starts_with("correction.") || (is_optional && !was_refused)) continue;
    if (!was_refused && is_given(column.part)) continue;
    is_whole = false;
    if (was_refused) continue;
    faults_.push_back(
        {std::string(field),
         {"FIELD_MISSING", "缺少“" + column.zh + "”。更正须同时填写对象、原因和依据机关。",
          "\"" + column.en +
              "\" is missing. A correction names its target, its cause and its authority."}});
  }
  if (!is_whole) return refused_.push_back("correction");
  correction_.replaces = *replaces_;
  event.correction = std::move(correction_);
}

/// What the form says above its rows, and which of its parts are missing: recorded, not refused.
void RowParser::add_block(SubmittedEvent& event) {
  event.draft.envelope.valid_on = block_->date;
  event.units.emplace_back(Field::unit, block_->unit);
  event.draft.set(Field::sealed,
                  static_cast<std::int64_t>(block_->sealed ? YesNo::yes : YesNo::no));
  event.draft.set(Field::origin, static_cast<std::int64_t>(BindingOrigin::form));
  std::vector<std::uint16_t> missing;
  for (const FormPart part : block_->missing) missing.push_back(static_cast<std::uint16_t>(part));
  for (const PersonCells& cells : persons_) {
    if (is_filled(cells.name)) continue;
    missing.push_back(static_cast<std::uint16_t>(
        cells.field->id == Field::parent ? FormPart::parent_name : FormPart::child_name));
  }
  if (event.draft.find(Field::enrolled_in_scheme) == nullptr) {
    missing.push_back(static_cast<std::uint16_t>(FormPart::enrolled_flag));
  }
  std::ranges::sort(missing);
  if (!missing.empty()) event.draft.fields.emplace_back(Field::missing_parts, std::move(missing));
}

}  // namespace kinledger::ledger::intake
